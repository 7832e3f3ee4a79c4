#!/usr/bin/env bash
# build.sh [DIRECTORY]: builds satchel for every x86-64 Linux with glibc 2.28 or newer, on Debian 12, and checks that; then makes
# DIRECTORY/dist (build/portable/dist) with a wheel, a tarball and their checksums. CMAKE_ARGS go to cmake. docs/packaging.md.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
directory=${1:-$source/build/portable}
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
cd "$source"

bash packaging/portable/libraries.sh "$directory/libraries"
# shellcheck disable=SC2086
cmake -S . -B "$directory" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSATCHEL_BUILD_TESTS=OFF -DCMAKE_INSTALL_LIBDIR=lib \
  -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=20 \
  -DSATCHEL_PORTABLE=ON -DSATCHEL_PORTABLE_LIBRARIES="$directory/libraries" ${CMAKE_ARGS-} >/dev/null
cmake --build "$directory"

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' python/satchel/__init__.py)
name=satchel-$version-linux-x86_64
rm -rf "$directory/dist" "${directory:?}/$name"
mkdir "$directory/dist"
cmake --install "$directory" --prefix "$directory/$name" >/dev/null
bash packaging/portable/check.sh "$directory/$name"
"$directory/$name/bin/satchel" solve numpy -c conda-forge --channel-alias "$directory/corpora/demo" --platform linux-64 \
  --offline --engine sat >/dev/null
tar --create --gzip --file "$directory/dist/$name.tar.gz" --directory "$directory" --owner=0 --group=0 --sort=name \
  --mtime="@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" "$name"
if "${PYTHON:-python3}" -c 'import scikit_build_core, wheel' 2>/dev/null; then
  bash packaging/wheel.sh "$directory/$name" "$directory/dist" >/dev/null
  (cd "$directory/dist" &&
    "${PYTHON:-python3}" -m wheel tags --remove --platform-tag manylinux_2_28_x86_64 satchel-*.whl >/dev/null)
else
  echo "no wheel: ${PYTHON:-python3} lacks scikit-build-core or wheel (pip install scikit-build-core wheel)" >&2
fi
(cd "$directory/dist" && for file in *; do sha256sum "$file" >"$file.sha256"; done)
ls -l "$directory/dist"
