#!/usr/bin/env bash
# Checks that every test named in the last column of a table in docs/security.md exists.
set -euo pipefail
root=$1
missing=0
count=0
names=$(grep '^|' "$root/docs/security.md" | sed 's/ *|$//; s/.*| //' | grep -oE '`[A-Z][A-Za-z]+(\.[A-Za-z]+)?`' | tr -d '`' | sort -u)
for name in $names; do
  count=$((count + 1))
  if ! grep -rqE "(TEST(_F|_P)?\(${name%%.*}, $( [ "$name" = "${name#*.}" ] || echo "${name#*.}\)" )|INSTANTIATE_TEST_SUITE_P\([A-Za-z]*, ${name%%.*},)" "$root/tests"; then
    echo "docs/security.md: there is no test $name" >&2
    missing=1
  fi
done
[ "$count" -gt 20 ] || { echo "docs/security.md: its tables name only $count tests" >&2; missing=1; }
echo "security page: $count tests named"
exit $missing
