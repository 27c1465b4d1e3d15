#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# setup.sh [build] [test] [lint] [bench] [fuzz]
#
# Installs the Debian packages of the named groups that are missing (default: build test). Nothing
# is downloaded and no rights are needed when all are there.
set -euo pipefail

declare -A packages=(
  [build]="make g++ cmake ninja-build pkg-config libcfitsio-dev wcslib-dev liberfa-dev libsep-dev
           libsqlite3-dev libmd-dev libbz2-dev zlib1g-dev libcminpack-dev libcurl4-openssl-dev
           libexpat1-dev libfmt-dev
           nlohmann-json3-dev libgtest-dev python3-dev python3-numpy pybind11-dev"
  [test]="python3 python3-numpy python3-scipy python3-astropy python3-pytest
          python3-matplotlib python3-venv python3-pip python3-setuptools python3-wheel
          mypy fitsverify"
  [lint]="git python3 clang-format clang-tidy-19 cppcheck"
  [bench]="libbenchmark-dev"
  [fuzz]="clang-19 libclang-rt-19-dev"
)

wanted=()
(($# > 0)) || set -- build test
for group in "$@"; do
  if [[ -z ${packages[$group]:-} ]]; then
    echo "setup: no group '$group'; known are: ${!packages[*]}" >&2
    exit 2
  fi
  read -r -d '' -a names <<<"${packages[$group]}" || true
  wanted+=("${names[@]}")
done

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is not Debian; please see to it that these packages, or their like, are there:"
  echo "  ${wanted[*]}"
  exit 0
fi

installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed* ]]
}

missing=()
for name in "${wanted[@]}"; do
  installed "$name" || missing+=("$name")
done
if ((${#missing[@]} == 0)); then
  echo "setup: all ${#wanted[@]} packages are installed"
  exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "setup: these packages are missing, and only root can install them:" >&2
    echo "  apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "setup: installing ${missing[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
"${apt[@]}" update
"${apt[@]}" install --no-install-recommends "${missing[@]}"
