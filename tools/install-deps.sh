#!/usr/bin/env bash
# Installs the missing Debian 12 packages that building and testing need.
# quickstart.sh and test.sh call this; it does nothing if nothing is missing. --for-tests also installs
# what only tests need: a web server, which is not started, and the shells.
set -euo pipefail

packages=(
  ca-certificates
  cmake
  g++
  libabsl-dev
  libarchive-dev
  libbz2-dev
  libcli11-dev
  libcryptominisat5-dev
  libcurl4-openssl-dev
  libgmock-dev
  libgtest-dev
  libpcre2-dev
  libsimdjson-dev
  libtomlplusplus-dev
  libxxhash-dev
  libyaml-cpp-dev
  libzstd-dev
  nettle-dev
  ninja-build
  nlohmann-json3-dev
)
[ "${1:-}" != --for-tests ] || packages+=(dash fish nginx-light tcsh zsh)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "these packages are missing, and there is no sudo to install them: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

# Debian starts the services that it installs unless this file says otherwise.
policy=/usr/sbin/policy-rc.d
if [ "${1:-}" = --for-tests ] && [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod +x "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

install() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --no-install-recommends "${missing[@]}"
}

echo "Installing ${missing[*]}"
# The lists of packages may be missing (a fresh container) or old: fetch them only if the installation fails without.
if ! install; then
  "${as_root[@]}" apt-get update --quiet
  install
fi
