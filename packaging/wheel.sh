#!/usr/bin/env bash
# wheel.sh BUILD [DIRECTORY]: makes the Python package's wheel of an existing build (build/release) or installation (a prefix
# with bin/satchel), without compiling, in DIRECTORY (dist). PYTHON names the interpreter, which needs pip and scikit-build-core;
# the wheel serves every Python 3.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
directory=${2:-dist}
mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

prefix=$build
if [ -f "$build/CMakeCache.txt" ]; then
  prefix=$scratch/prefix
  cmake --install "$build" --prefix "$prefix" --strip >/dev/null
fi
cd "$source"
"${PYTHON:-python3}" -m pip wheel --quiet --no-deps --no-build-isolation --disable-pip-version-check \
  --wheel-dir "$directory" -Ccmake.source-dir=packaging/prebuilt -Ccmake.define.SATCHEL_PREFIX="$prefix" \
  -Cbuild-dir="$scratch/build" .
ls -l "$directory"/satchel-*.whl
