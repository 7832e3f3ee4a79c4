#!/usr/bin/env bash
# Installs what is missing, builds the release preset and runs all tests. Arguments go to ctest, for
# example: bash tools/test.sh -L unit
#
# SATCHEL_CONFORMANCE and SATCHEL_CORPORA name directories of conformance tables and of real channels;
# tests that need a missing one skip themselves.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash tools/install-deps.sh --for-tests
cmake --preset release -DSATCHEL_BUILD_TESTS=ON >/dev/null
cmake --build --preset release
ctest --preset release --parallel "$(nproc)" "$@"
