#!/usr/bin/env bash
# libraries.sh DIRECTORY: what Debian's packages have in no form that a shared library of its own can take in, in
# DIRECTORY/{include,lib}: CryptoMiniSat and simdjson as archives, and the objects of Abseil that have thread-local variables. The
# sources come from PyPI (the sdist of pycryptosat has all of CryptoMiniSat) and from Debian.
set -euo pipefail
cryptominisat=5.11.15
directory=$1
mkdir -p "$directory"/{include/cryptominisat5,lib,objects,sources}
cd "$directory"
[ ! -e lib/ready ] || exit 0
flags=(-O3 -DNDEBUG -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections -w)
compile=(${CXX_LAUNCHER-} g++)

if [ ! -e "sources/pycryptosat-$cryptominisat" ]; then
  python3 -m pip download --quiet --no-deps --no-binary :all: --dest sources "pycryptosat==$cryptominisat"
  tar -xf "sources/pycryptosat-$cryptominisat.tar.gz" -C sources
fi
debian_source() { # PACKAGE: into sources/PACKAGE, with Debian's patches
  [ ! -e "sources/$1/done" ] || return 0
  local lists=$PWD/sources/apt
  local from=(-o Dir::Etc::sourcelist="$lists/src.sources" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$lists/lists")
  if [ ! -e "$lists/src.sources" ]; then
    mkdir -p "$lists/lists/partial"
    sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >"$lists/src.sources"
    apt-get "${from[@]}" --quiet update >/dev/null
  fi
  (cd sources && apt-get "${from[@]}" --quiet --download-only source "$1" >/dev/null)
  rm -rf "sources/$1"
  mkdir "sources/$1"
  tar -xf sources/"$1"_*.orig.tar.* --strip-components=1 -C "sources/$1"
  tar -xf sources/"$1"_*.debian.tar.* -C "sources/$1"
  local patch
  while read -r patch; do
    patch --silent --strip=1 --directory="sources/$1" --input="debian/patches/$patch"
  done < <(grep -v '^#' "sources/$1/debian/patches/series" 2>/dev/null | grep .)
  touch "sources/$1/done"
}
debian_source simdjson
debian_source abseil

cms=sources/pycryptosat-$cryptominisat/src
cp "$cms"/*.h include/cryptominisat5/
for file in "$cms"/*.cpp "$cms"/oracle/oracle.cpp sources/pycryptosat-$cryptominisat/python/src/GitSHA1.cpp; do
  object=objects/cms_$(basename "$file" .cpp).o
  [ -e "$object" ] || "${compile[@]}" -std=c++17 "${flags[@]}" -I"$cms" -DCMS_FULL_VERSION="\"$cryptominisat\"" -DTRACE="" \
    -c "$file" -o "$object"
done
for file in picosat version; do
  object=objects/cms_$file.o
  [ -e "$object" ] || ${CXX_LAUNCHER-} gcc "${flags[@]}" -I"$cms/picosat" -DTRACE=ON -c "$cms/picosat/$file.c" -o "$object"
done
ar rcs lib/libcryptominisat5.a objects/cms_*.o
json=sources/simdjson
cp -r "$json"/include/. include/
[ -e objects/simdjson.o ] ||
  "${compile[@]}" -std=c++17 "${flags[@]}" -I"$json/include" -I"$json/src" -c "$json/src/simdjson.cpp" -o objects/simdjson.o
ar rcs lib/libsimdjson.a objects/simdjson.o
for name in base/internal/sysinfo container/internal/raw_hash_set strings/internal/cordz_functions; do
  object=lib/absl_$(basename $name).o  # As Debian compiles them, but for libraries.
  [ -e "$object" ] || "${compile[@]}" -std=c++14 -O2 -DNDEBUG -fPIC -w -c "sources/abseil/absl/$name.cc" -o "$object"
done
touch lib/ready
