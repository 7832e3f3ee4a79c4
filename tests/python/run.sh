#!/usr/bin/env bash
# run.sh SOURCE BUILD PYTHON...: makes the wheel of a build, installs it into a fresh virtual environment of each Python and runs
# its tests there, far from the sources; with the first Python also the tutorial and the notebook. Exit code 77: skipped, where
# what it needs from PyPI cannot be had.
set -euo pipefail
source=$1
build=$2
shift 2
work=$build/python
mkdir -p "$work"
unset SATCHEL_LIBRARY PYTHONPATH PYTHONHOME
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1

skip() {
  echo "skipped: $1"
  exit 77
}

# Makes a virtual environment with these packages, once.
environment() { # DIRECTORY PYTHON PACKAGES...
  local directory=$1 python=$2
  shift 2
  [ ! -e "$directory/ready" ] || return 0
  rm -rf "$directory"
  "$python" -m venv "$directory" >"$directory.log" 2>&1 || skip "$python has no venv (Debian: python3-venv)"
  "$directory/bin/pip" install --quiet "$@" >>"$directory.log" 2>&1 ||
    skip "pip cannot install $* ($(tail -n 1 "$directory.log"))"
  touch "$directory/ready"
}

environment "$work/maker" "$1" "scikit-build-core>=0.10"
rm -rf "$work/dist" "$work/tests"
PYTHON=$work/maker/bin/python bash "$source/packaging/wheel.sh" "$build" "$work/dist"
cp -r "$source/python/tests" "$work/tests"
cp "$source/docs/python.md" "$source/docs/python.ipynb" "$work/tests/"

for python in "$@"; do
  venv=$work/$("$python" -c 'import sys; print("%s%d.%d" % (sys.implementation.name, *sys.version_info[:2]))')
  environment "$venv" "$python" pytest
  "$venv/bin/pip" install --quiet --no-deps --force-reinstall "$work"/dist/satchel-*.whl
  cd "$work/tests"
  "$venv/bin/python" -m pytest -q -p no:cacheprovider --ignore conda .
  if [ "$python" = "$1" ]; then
    cd "$build/corpora/demo"
    SATCHEL_CACHE_DIR=$work/cache "$venv/bin/python" -m doctest "$work/tests/python.md"
    SATCHEL_CACHE_DIR=$work/cache "$venv/bin/python" "$work/tests/run_notebook.py" "$work/tests/python.ipynb"
  fi
done
