#!/bin/sh
# Installs satchel's portable binaries on x86-64 Linux: sh install.sh [--prefix DIR] [--version V] --from PLACE
# PLACE is the URL or the directory that has satchel-V-linux-x86_64.tar.gz and its .sha256. The prefix is ~/.local.
# Nothing is installed unless the checksum is right.
set -eu
version=0.2.0
prefix=$HOME/.local
from=${SATCHEL_RELEASES-}
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --version | --from)
      [ $# -gt 1 ] || { echo "install.sh: $1 needs a value" >&2; exit 2; }
      case $1 in
        --prefix) prefix=$2 ;;
        --version) version=$2 ;;
        --from) from=$2 ;;
      esac
      shift 2
      ;;
    *)
      echo "install.sh: unknown option '$1'; there are --prefix, --version, --from" >&2
      exit 2
      ;;
  esac
done
[ -n "$from" ] || { echo "install.sh: from where? give --from URL or a directory" >&2; exit 2; }
machine=$(uname -s)-$(uname -m)
[ "$machine" = Linux-x86_64 ] || { echo "install.sh: there are only binaries for Linux-x86_64, not for $machine" >&2; exit 2; }

name=satchel-$version-linux-x86_64
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for file in "$name.tar.gz" "$name.tar.gz.sha256"; do
  if [ -d "$from" ]; then
    cp "$from/$file" "$scratch/" || exit 4
  elif command -v curl >/dev/null; then
    curl --fail --silent --show-error --location --proto '=https,http' --output "$scratch/$file" "$from/$file" || exit 4
  elif command -v wget >/dev/null; then
    wget --quiet --output-document "$scratch/$file" "$from/$file" || exit 4
  else
    echo "install.sh: neither curl nor wget is there" >&2
    exit 4
  fi
done
if ! (cd "$scratch" && sha256sum -c "$name.tar.gz.sha256" >/dev/null 2>&1); then
  echo "install.sh: $from/$name.tar.gz does not have the checksum of its .sha256; nothing was installed" >&2
  exit 4
fi
tar -xzf "$scratch/$name.tar.gz" -C "$scratch"
"$scratch/$name/bin/satchel" --version >/dev/null || { echo "install.sh: the program does not run here" >&2; exit 4; }
mkdir -p "$prefix"
cp -R "$scratch/$name/." "$prefix/"
echo "installed $("$prefix/bin/satchel" --version) in $prefix/bin"
case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) echo "add it to PATH: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
