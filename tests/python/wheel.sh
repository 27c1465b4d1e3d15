#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# wheel.sh PYTHON BUILD WORK
#
# Installs both packages with pip, off line, into a new environment in WORK that sees the system's packages, and runs
# the Python tests against what was installed. BUILD is the build folder that the extension module is taken from.
set -euo pipefail
python=$1 build=$(realpath "$2") work=$(realpath -m "$3")
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

if ! "$python" -c 'import ensurepip, setuptools, wheel' 2>/dev/null; then
  echo "skipped: python3-venv, python3-setuptools or python3-wheel is missing"
  exit 77
fi
rm -rf "$work"
"$python" -m venv --system-site-packages "$work/venv"
unset PYTHONPATH
export WYVERN_WHEEL_BUILD=$build PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INDEX=1
# pip builds beside the sources: a copy keeps them clean.
mkdir "$work/source"
(cd "$source" && tar -c pyproject.toml CMakeLists.txt tools python) | tar -x -C "$work/source"
install=("$work/venv/bin/pip" install --quiet --no-build-isolation --no-deps)
"${install[@]}" "$work/source"

cd "$work"
if "$work/venv/bin/python" -c 'import recipe_system' 2>/dev/null; then
  echo "wyvern alone must not bring DRAGONS' names"
  exit 1
fi
"${install[@]}" "$work/source/python/dragons"
export WYVERN_BIN=$build/bin
"$work/venv/bin/python" -c 'import wyvern; assert "/venv/" in wyvern.__file__, wyvern.__file__'
"$work/venv/bin/python" -m pytest -q -p no:cacheprovider "$source/tests/python" -k "not more_memory" \
  --ignore "$source/tests/python/test_types.py"
