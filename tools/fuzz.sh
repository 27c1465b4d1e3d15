#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# fuzz.sh BUILD SECONDS [TARGET...]
#
# Runs each fuzz target of a build for so many seconds, from its corpus in tests/fuzz/corpus and from
# what earlier runs have found in BUILD/corpus. Prints executions, covered edges and findings; an
# input that does harm is left in BUILD/findings. Ends with 1 when there is one.
#
# -malloc_limit_mb: what a header may ask for on its own word, 64 MB, and 16 times the longest input.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
build=$1
seconds=$2
shift 2
(($# > 0)) || set -- header fits table tiles bzip2 expression parameter dragonsrc at_file database archive

export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=0 UBSAN_OPTIONS=print_stacktrace=1
mkdir -p "$build/findings"
findings=0
for target in "$@"; do
  corpus=$build/corpus/$target
  log=$build/findings/$target.log
  mkdir -p "$corpus"
  rm -f "$build/findings/$target"-*
  if ! "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -max_len=16384 -timeout=10 \
    -rss_limit_mb=2048 -malloc_limit_mb=66 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$target-" "$corpus" "tests/fuzz/corpus/$target" >"$log" 2>&1
  then
    findings=$((findings + 1))
    echo "fuzz: $target: a finding, see $log and $build/findings/$target-*"
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  covered=$(grep -o 'cov: [0-9]*' "$log" | tail -1 || true)
  printf 'fuzz: %-11s %10s executions, %s edges\n' "$target" "${executions:-0}" "${covered#cov: }"
done
exit $((findings > 0))
