#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the picture of README.md: a raw frame above the final stack, on one pixel grid.

usage: make_picture.py --bin BIN PICTURE.png         simulates and reduces a night with BIN's commands
       make_picture.py --raw RAW --stack STACK PICTURE.png

Needs numpy and astropy (Debian's /usr/bin/python3 has them when python3-astropy is installed).
"""

import argparse
import pathlib
import struct
import subprocess
import sys
import tempfile
import warnings
import zlib

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS, FITSFixedWarning

GREYS = 48  # few grey levels keep the file small; the eye does not miss the others
GAP = 8     # pixels between the two images


def write_png(path, grey):
    """Writes a 2-D uint8 array as a grey PNG, row 0 at the top."""
    height, width = grey.shape
    rows = b"".join(b"\0" + row.tobytes() for row in grey)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def stretched(image, low, high):
    """Grey values of an image between two levels, as the square root."""
    unit = np.clip((image - low) / (high - low), 0.0, 1.0)
    return (np.round(np.sqrt(unit) * (GREYS - 1)) * (255.0 / (GREYS - 1))).astype(np.uint8)


def whole_shift(raw_header, stack_header):
    """The pixel of the stack that shows pixel (0, 0) of the raw frame."""
    ra, dec = WCS(raw_header).all_pix2world([500.0], [500.0], 0)
    x, y = WCS(stack_header).all_world2pix(ra, dec, 0)
    return round(x[0] - 500.0), round(y[0] - 500.0)


def picture(raw_path, stack_path):
    with fits.open(raw_path) as raw, fits.open(stack_path) as stack:
        before, after = raw[1].data.astype(float), stack["SCI", 1].data.astype(float)
        seen = stack["DQ", 1].data == 0
        dx, dy = whole_shift(raw[0].header, stack["SCI", 1].header)
    rows, columns = np.nonzero(seen)
    top, bottom = np.percentile(rows, [0.2, 99.8]).astype(int) + [-12, 12]
    left, right = np.percentile(columns, [0.2, 99.8]).astype(int) + [-12, 12]
    before = before[top - dy:bottom - dy, left - dx:right - dx]
    after, seen = after[top:bottom, left:right], seen[top:bottom, left:right]
    sky = np.median(after[seen])
    noise = np.median(np.abs(after[seen] - sky)) * 1.4826
    upper = stretched(before, np.percentile(before, 1.0), np.percentile(before, 99.9))
    lower = stretched(np.where(seen, after, sky - 3 * noise), sky - 3 * noise, sky + 60 * noise)
    gap = np.full((GAP, upper.shape[1]), 255, np.uint8)
    return np.vstack([upper[::-1], gap, lower[::-1]])


def reduced_night(bin_folder, folder):
    """A raw frame and the stack of a simulated night, made by the demonstration."""
    demo = pathlib.Path(__file__).resolve().parent / "demo.sh"
    subprocess.run(["bash", str(demo), str(bin_folder), str(folder)], check=True,
                   stdin=subprocess.DEVNULL)
    return (folder / "night/playdata/N20120117S0014.fits",
            folder / "playground/N20120117S0014_stack.fits")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, help="folder of the commands")
    parser.add_argument("--raw", type=pathlib.Path)
    parser.add_argument("--stack", type=pathlib.Path)
    given = parser.parse_args()
    if given.bin is None and None in (given.raw, given.stack):
        parser.error("give --bin, or --raw and --stack")
    warnings.simplefilter("ignore", FITSFixedWarning)
    with tempfile.TemporaryDirectory() as folder:
        paths = ((given.raw, given.stack) if given.bin is None
                 else reduced_night(given.bin.resolve(), pathlib.Path(folder)))
        write_png(given.picture, picture(*paths))
    print(f"{given.picture}: {given.picture.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
