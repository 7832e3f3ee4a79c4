#!/usr/bin/env bash
# check_symbols.sh LIBRARY HEADER: the library exports the functions that the header declares, each, and
# nothing else.
set -euo pipefail
exported=$(nm --dynamic --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
declared=$(grep -oE '\bsatchel_[a-z_]+\(' "$2" | tr -d '(' | sort -u)
if ! diff <(echo "$declared") <(echo "$exported"); then
  echo "the symbols of $1 (>) are not those that $2 declares (<)" >&2
  exit 1
fi
echo "symbols: ok"
