#!/usr/bin/env bash
# objective_study.sh PROGRAM STUDY CORPORA: no plan of PROGRAM is dominated by py-rattler's, on random requests to real
# channels. Where there is no py-rattler or no corpora it says so and ends with 77.
set -euo pipefail
program=$1 study=$2 corpora=${SATCHEL_CORPORA:-$3}
python=${SATCHEL_RATTLER_PYTHON:-}
if [ -z "$python" ] || ! "$python" -c 'import rattler' 2> /dev/null; then
  echo "skipped: SATCHEL_RATTLER_PYTHON names no Python that has py-rattler"
  exit 77
fi
if [ ! -d "$corpora/conda-forge" ]; then
  echo "skipped: no corpora at $corpora"
  exit 77
fi
results=$(mktemp)
trap 'rm -f "$results"' EXIT
"$python" "$study" --corpora "$corpora" --solver "satchel=$program" --random "${SATCHEL_STUDY_REQUESTS:-25}" \
  --seed "${SATCHEL_SEED:-15}" --out "$results"
"$python" "$study" --report "$results" --ours satchel --strict
