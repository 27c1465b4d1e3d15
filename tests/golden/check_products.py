#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Looks at the products of the tutorial with programs that are not ours.

  check_products.py fitsverify WORK    every product conforms to the FITS standard
  check_products.py astropy WORK       astropy reads them; planes, units, coordinates are sound

WORK is that of run.py after the case "tutorial". Exit status: 0; 1 with what is wrong; 77 when the
other program is not installed.
"""

import pathlib
import shutil
import subprocess
import sys
import warnings

SKIPPED = 77
DARK, FLAT = "N20120102S0538_dark.fits", "N20120117S0019_flat.fits"
STACK, IMAGE = "N20120117S0014_stack.fits", "N20120117S0014_image.fits"
PRODUCTS = (DARK, FLAT, STACK, IMAGE)
FIRST_FRAME = "N20120117S0014.fits"


def check_with_fitsverify(folder):
    if not shutil.which("fitsverify"):
        print("skipped: fitsverify is not installed")
        return SKIPPED
    failed = 0
    for name in PRODUCTS:
        # -e: warnings do not count; GNIRS frames have their WCS in the primary header, too.
        done = subprocess.run(["fitsverify", "-e", name], cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)
        sound = " and 0 error(s). ****" in done.stdout
        print(f"{name}: {'no errors' if sound else done.stdout + done.stderr}")
        failed += not sound
    return 1 if failed else 0


def complaints_about_planes(name, hdus, np):
    planes = {key: hdus[key, 1].data for key in ("SCI", "VAR", "DQ")}
    if len({plane.shape for plane in planes.values()}) != 1:
        yield f"{name}: planes of different shapes"
        return
    if planes["DQ"].dtype.kind != "u" and planes["DQ"].dtype.kind != "i":
        yield f"{name}: DQ is {planes['DQ'].dtype}"
    good = planes["DQ"] == 0
    if good.mean() < 0.02:
        yield f"{name}: only {good.mean():.1%} of the pixels are good"
    if not np.isfinite(planes["SCI"][good]).all() or not (planes["VAR"][good] > 0).all():
        yield f"{name}: good pixels without a finite value or a positive variance"
    if name != FLAT and hdus["SCI", 1].header.get("BUNIT") != "electron":
        yield f"{name}: BUNIT is {hdus['SCI', 1].header.get('BUNIT')}"


def complaints_about_coordinates(stack, first, np, WCS):
    """The first frame is the reference of the alignment: its pixels and those of the stack differ
    by a whole number of pixels everywhere."""
    y, x = np.mgrid[100:900:9j, 100:900:9j]
    of_first, of_stack = WCS(first[0].header), WCS(stack["SCI", 1].header)
    ra, dec = of_first.all_pix2world(x, y, 0)
    stack_x, stack_y = of_stack.all_world2pix(ra, dec, 0)
    for axis, shift in (("x", stack_x - x), ("y", stack_y - y)):
        off = np.abs(shift - np.round(shift.mean())).max()
        print(f"{STACK}: {axis} shift from the first frame {shift.mean():.4f} px, off by at most {off:.1e}")
        if not off < 1e-3:
            yield f"{STACK}: the coordinates in {axis} are {off:.2g} px off those of {FIRST_FRAME}"


def check_with_astropy(folder):
    try:
        import numpy as np
        from astropy.io import fits
        from astropy.wcs import WCS, FITSFixedWarning
    except ImportError as error:
        print(f"skipped: {error}")
        return SKIPPED
    warnings.simplefilter("ignore", FITSFixedWarning)
    warnings.filterwarnings("error", "Checksum verification failed|Datasum verification failed")
    complaints = []
    for name in PRODUCTS:
        with fits.open(folder / name, checksum=True) as hdus:
            complaints += [f"{name}: HDU {hdu.name} has no DATASUM" for hdu in hdus
                           if "DATASUM" not in hdu.header]
            complaints += complaints_about_planes(name, hdus, np)
    raw = folder.parent / "playdata" / FIRST_FRAME
    with fits.open(folder / STACK) as stack, fits.open(raw) as first:
        complaints += complaints_about_coordinates(stack, first, np, WCS)
    for line in complaints:
        print(line)
    return 1 if complaints else 0


def main(program, work):
    checks = {"fitsverify": check_with_fitsverify, "astropy": check_with_astropy}
    return checks[program](pathlib.Path(work).resolve() / "tutorial")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
