#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
#
# demo.sh BIN FOLDER
#
# Simulates a small raw night in FOLDER/night and reduces it in FOLDER/playground with the commands
# of the tutorial, showing each before it runs. Everything it writes, the configuration and the
# calibration database included, is in FOLDER; $HOME is not touched.
set -euo pipefail

if (($# != 2)); then
  echo "usage: demo.sh BIN FOLDER" >&2
  exit 2
fi
bin=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
export PATH="$bin:$PATH"
export DRAGONSRC="$folder/dragonsrc"

run() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}

rm -rf "$folder/night" "$folder/playground"
mkdir "$folder/playground"
cat >"$DRAGONSRC" <<END
[calibs]
databases = "$folder/playground/cal_manager.db" get
END

run "wyvern simulate '$folder/night' --preset small"

printf "\n\$ export DRAGONSRC=%q\n\$ cat \"\$DRAGONSRC\"\n" "$DRAGONSRC"
cat "$DRAGONSRC"
printf '\n$ cd %q\n' "$folder/playground"
cd "$folder/playground"

run "caldb init"
run "dataselect ../night/playdata/*.fits --tags DARK -o darks60.lis"
run "dataselect ../night/playdata/*.fits --tags FLAT -o flats.lis"
run "dataselect ../night/playdata/*.fits --tags IMAGE --xtags FLAT -o target.lis"
run "reduce @darks60.lis"
run "caldb add N20120102S0538_dark.fits"
run "reduce @flats.lis"
run "caldb add N20120117S0019_flat.fits"
run "caldb list"
run "reduce @target.lis --user_cal processed_dark:N20120102S0538_dark.fits"

stack="$folder/playground/N20120117S0014_stack.fits"
[[ -s $stack ]]
cat <<END

The final stack, in electrons, with the planes SCI, VAR and DQ:
  $stack
Look at it with any FITS viewer, for example
  ds9 -zscale '${stack}[SCI]'
What is really in that sky: $folder/night/truth/truth.json
END
