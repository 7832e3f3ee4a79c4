#!/usr/bin/env bash
# From a fresh clone on Debian 12 to a solved environment: installs what is missing (as root or with
# sudo), builds build/release/bin/satchel and solves the demo on the channels that come with it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bash tools/install-deps.sh
cmake --preset release -DSATCHEL_BUILD_TESTS=OFF >/dev/null
cmake --build --preset release

command=(build/release/bin/satchel solve python numpy scipy pandas matplotlib-base
  -c conda-forge -c lab --channel-alias build/release/corpora/demo --platform linux-64)
printf '\n$ %s\n\n' "${command[*]}"
"${command[@]}"
