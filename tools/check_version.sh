#!/usr/bin/env bash
# Checks that every file that has the version of the release has the same.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n 's/^project(satchel VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
failures=0
expect() { # FILE LINE
  grep -qxF -- "$2" "$1" || {
    echo "$1: there is no line '$2', though CMakeLists.txt says $version" >&2
    failures=$((failures + 1))
  }
}
expect python/satchel/__init__.py "__version__ = \"$version\""
expect packaging/conda/recipe.yaml "  version: \"$version\""
expect packaging/install.sh "version=$version"
expect .github/actions/setup-satchel/action.yml "    default: $version"
[ "$failures" -eq 0 ] || exit 1
echo "version $version: ok"
