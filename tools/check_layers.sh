#!/usr/bin/env bash
# Checks by the #include lines that each folder includes only allowed ones (ARCHITECTURE.md, "Layers"),
# and that the headers of some libraries stay in one file. Prints each violation; fails if there is any.
set -euo pipefail
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"

# folder: the folders that it may include besides itself.
declare -A allowed=(
  [base]=""
  [repodata]="base"
  [encoding]="base repodata"
  [solver]="base repodata encoding"
  [frontend]="base repodata encoding solver"
  [api]="base repodata encoding solver frontend"
  [corpora]="base repodata"
  [bench]="base repodata encoding solver frontend corpora"
  [tools]="base repodata encoding solver frontend corpora bench"
)
folders="${!allowed[*]} tests"
failures=0

complain() {
  echo "$1" >&2
  failures=$((failures + 1))
}

includes() { # FOLDER: "file:line:path" of each quoted include below it
  grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' --include='*.h' --include='*.cc' "$1" |
    sed -E 's/^([^:]+:[0-9]+):[^"]*"([^"]*)".*/\1:\2/' || true
}

for folder in "${!allowed[@]}"; do
  [ -d "$folder" ] || continue
  while IFS=: read -r file line path; do
    [ -n "$file" ] || continue
    target=${path%%/*}
    case " $folders " in
      *" $target "*) ;;
      *)
        # absl is quoted too; nothing is included by a relative path.
        case "$path" in
          absl/*) ;;
          *) complain "$file:$line: \"$path\" is neither of this project, by folder, nor absl's" ;;
        esac
        continue
        ;;
    esac
    case " $folder ${allowed[$folder]} " in
      *" $target "*) ;;
      *) complain "$file:$line: $folder/ may not include $target/ ($path)" ;;
    esac
  done < <(includes "$folder")
done

# header pattern: at most this one file of the product includes it.
only_in_one_file() { # PATTERN NAME
  local users
  users=$(grep -rlE "^[[:space:]]*#[[:space:]]*include[[:space:]]*<$1" --include='*.h' --include='*.cc' \
    "${!allowed[@]}" 2>/dev/null | sort || true)
  if [ "$(printf '%s\n' "$users" | grep -c .)" -gt 1 ]; then
    complain "$2 is included by more than one file: $(echo $users)"
  fi
}
only_in_one_file 'cryptominisat5/' CryptoMiniSat
only_in_one_file 'simdjson' simdjson
only_in_one_file 'CLI/' CLI11
only_in_one_file 'yaml-cpp/' yaml-cpp

if [ "$failures" -gt 0 ]; then
  echo "$failures violations of the layers" >&2
  exit 1
fi
echo "layers: ok"
