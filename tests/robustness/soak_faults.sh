#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# soak_faults.sh PYTHON BUILD
#
# Every call of each kind is failed once, but for allocations: of tens of thousands, 400 of each kind spread evenly.
set -euo pipefail
python=$1 build=$2
here=$(dirname "${BASH_SOURCE[0]}")
walk=("$python" "$here/faults.py" "$build/bin" "$build/soak/faults" "$build/tests/robustness/libfault_injection.so")
every=(open open-on read read-short read-interrupted write write-full write-short write-interrupted sync rename truncate map
       thread)
"${walk[@]}" "${every[@]/#/--fault=}"
"${walk[@]}" --most 400 --fault allocate --fault allocate-threads --fault allocate-any
