#!/usr/bin/env bash
# Builds all tests with sanitizers and runs the whole suite: with the address and undefined-behaviour
# sanitizers (preset asan), then with the thread sanitizer (tsan). Arguments go to ctest, for example:
#
#   bash tools/sanitize.sh -L unit
#   SATCHEL_SANITIZERS=tsan bash tools/sanitize.sh -R fetch
#
# A report of any process fails the run, even if no test checks the exit code of the process. The
# suppressions are in tools/sanitizers/*.supp, each with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suppressions=$PWD/tools/sanitizers
jobs=${SATCHEL_JOBS:-$(nproc)}
# No test expects this exit code, so a report never counts as an expected error.
code=99
failed=()

for preset in ${SATCHEL_SANITIZERS:-asan tsan}; do
  launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  fi
  cmake --preset "$preset" -DSATCHEL_BUILD_TESTS=ON "${launcher[@]}" >/dev/null
  cmake --build --preset "$preset" --parallel "$jobs"

  reports=$PWD/build/$preset/reports
  rm -rf "$reports"
  mkdir -p "$reports"
  # Libraries that tests preload come before the sanitizer's.
  export ASAN_OPTIONS="exitcode=$code:log_path=$reports/asan:detect_stack_use_after_return=1:verify_asan_link_order=0"
  export LSAN_OPTIONS="exitcode=$code:suppressions=$suppressions/lsan.supp:print_suppressions=0"
  export UBSAN_OPTIONS="print_stacktrace=1:log_path=$reports/ubsan"
  export TSAN_OPTIONS="exitcode=$code:log_path=$reports/tsan:halt_on_error=1:suppressions=$suppressions/tsan.supp"
  # With strong address randomisation, the thread sanitizer of g++ 12 finds no room for its own memory.
  fixed_addresses=()
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    fixed_addresses=(setarch "$(uname -m)" -R)
  fi
  ${fixed_addresses[@]+"${fixed_addresses[@]}"} ctest --preset "$preset" --parallel "$jobs" "$@" ||
    failed+=("$preset: tests failed")
  count=$(find "$reports" -type f | wc -l)
  if [ "$count" != 0 ]; then
    failed+=("$preset: $count processes with a report, in $reports")
    find "$reports" -type f | sort | head -5 | xargs head -n 40
  fi
done

if [ ${#failed[@]} != 0 ]; then
  printf 'sanitize: %s\n' "${failed[@]}" >&2
  exit 1
fi
echo 'sanitize: no test failed, and no process had a report'
