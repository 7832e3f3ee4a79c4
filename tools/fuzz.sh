#!/usr/bin/env bash
# Builds the fuzz targets (tests/fuzz) and runs each for SECONDS, one after the other, from its seeds.
#
#   tools/fuzz.sh [SECONDS] [TARGET...]     60 seconds, all targets
#
# Prints the executions of each; fails if any has a finding, and stores it in build/fuzz/findings.
# FUZZ_JOBS=2 runs two at a time. Needs clang-14. Findings become seeds, which the tests run.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=60
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  seconds=$1
  shift
fi
seeds=$PWD/tests/fuzz/seeds
build=$PWD/build/fuzz
targets=("$@")
if [[ ${#targets[@]} -eq 0 ]]; then
  mapfile -t targets < <(ls "$seeds")
fi
if [[ -z ${FUZZ_NO_BUILD:-} ]]; then
  cmake --preset fuzz > /dev/null
  cmake --build --preset fuzz --target "${targets[@]/%/_fuzz}"
fi
mkdir -p "$build/corpus" "$build/findings"

# Prints one line; its exit code says whether there was no finding.
run() {
  local name=$1 log=$build/findings/$1.log
  mkdir -p "$build/corpus/$name"
  local options=(-max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -max_len=16384
                 -artifact_prefix="$build/findings/$name-" -print_final_stats=1 -verbosity=1)
  if [[ -f tests/fuzz/$name.dict ]]; then
    options+=(-dict="tests/fuzz/$name.dict")
  fi
  local result=ok
  "$build/bin/${name}_fuzz" "${options[@]}" "$build/corpus/$name" "$seeds/$name" > "$log" 2>&1 ||
    result="FINDING, see $log"
  printf '%-20s %12s executions in %s s: %s\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" "$seconds" "$result"
  [[ $result == ok ]]
}
export -f run
export seconds seeds build
printf '%s\0' "${targets[@]}" |
  xargs -0 -n 1 -P "${FUZZ_JOBS:-1}" bash -c 'run "$0" || exit 1' || {
  echo "there are findings" >&2
  exit 1
}
