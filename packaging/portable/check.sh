#!/usr/bin/env bash
# check.sh PREFIX: what is installed there needs nothing newer than glibc 2.28, and no library that a system might lack.
set -euo pipefail
prefix=$1
newest=2.28
failures=0
for file in "$prefix/bin/satchel" "$prefix/lib/libsatchel.so.1" "$prefix"/lib/satchel/*.so; do
  needed=$(objdump -p "$file" | awk '$1 == "NEEDED" { print $2 }' |
    grep -vxE 'lib(c|m|dl|pthread)\.so\.[0-9]|libgcc_s\.so\.1|ld-linux-x86-64\.so\.2' || true)
  symbols=$(objdump -T "$file" | grep -oE 'GLIBC_[0-9.]+\)? +[A-Za-z_0-9]+' |
    awk -v newest="$newest" '{ split($1, v, /[_.)]/); split(newest, n, "."); if (v[2] > n[1] || (v[2] == n[1] && v[3] + 0 > n[2])) print }')
  if [ -n "$needed$symbols" ]; then
    echo "$file needs" $needed $symbols >&2
    failures=$((failures + 1))
  fi
done
[ "$failures" -eq 0 ] || exit 1
echo "portable: nothing above glibc $newest"
