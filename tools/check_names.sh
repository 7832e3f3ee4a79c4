#!/usr/bin/env bash
# check_names.sh DIRECTORY: no two files define a type of one name in the namespace of the project. Two that
# are linked into one program would be one type to the linker, and a destructor of one run on the other.
set -euo pipefail
cd "$1"
twice=$(find base repodata encoding solver frontend bench tools corpora -name '*.h' -print0 | xargs -0 sed -nE 's/^(struct|class|enum class|enum) ([A-Za-z0-9_]+)( final)?( :[^;]*)? *\{.*/\2/p' | sort | uniq -d)
if [ -n "$twice" ]; then
  echo "types of one name in several headers:" $twice >&2
  exit 1
fi
echo "names: ok"
