#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Nights with a WCS that lies: it is repaired, and the stack is that of the clean night.

  check_wcs.py BIN WORK     BIN has the commands, WORK/playdata the raw frames of the small night
"""

import math
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

try:
    import numpy as np
    from astropy.io import fits
    from astropy.wcs import WCS
except ImportError:
    print("skipped: no astropy")
    sys.exit(77)

BIN = WORK = None
NAMES = [f"N20120117S00{n}.fits" for n in (14, 15, 16, 17, 18)]
CD = ("CD1_1", "CD1_2", "CD2_1", "CD2_2")
STACK = "N20120117S0014_image.fits"


def thirty_arcsec_off(headers, k):
    headers[k]["CRVAL2"] += 30.0 / 3600.0


def inherited(headers, k):
    for key in ("CRVAL1", "CRVAL2"):
        headers[k][key] = headers[k - 1][key]


def without_cd(headers, k):
    for key in CD:
        del headers[k][key]


def singular(headers, k):
    for key in CD:
        headers[k][key] = 0.0


def turned(headers, k):
    """As at a position angle 40 degrees away."""
    c, s = math.cos(math.radians(40.0)), math.sin(math.radians(40.0))
    a = {key: headers[k][key] for key in CD}
    headers[k]["CD1_1"], headers[k]["CD2_1"] = c * a["CD1_1"] + s * a["CD2_1"], c * a["CD2_1"] - s * a["CD1_1"]
    headers[k]["CD1_2"], headers[k]["CD2_2"] = c * a["CD1_2"] + s * a["CD2_2"], c * a["CD2_2"] - s * a["CD1_2"]


def aperture(image, x, y, radius=12):
    v, u = np.indices(image.shape)
    distance = np.hypot(v - y, u - x)
    ring = np.median(image[(distance > 2 * radius) & (distance < 3 * radius)])
    return float((image[distance < radius] - ring).sum())


def centroid(image, x, y, radius=10):
    v, u = np.indices(image.shape)
    near = np.hypot(v - y, u - x) < radius
    light = np.clip(image[near] - np.median(image[near]), 0, None)
    return float((u[near] * light).sum() / light.sum()), float((v[near] * light).sum() / light.sum())


def stars(image, mask, count=4):
    """Places of the brightest peaks, apart from each other and from the rim."""
    # Boxes of 7 pixels: hot pixels are no stars.
    smooth = np.lib.stride_tricks.sliding_window_view(np.pad(image, 3), (7, 7)).mean(axis=(2, 3))
    good = np.where(mask == 0, smooth, -np.inf)
    found = []
    for i in np.argsort(good, axis=None)[::-1]:
        y, x = divmod(int(i), image.shape[1])
        box = mask[max(0, y - 40):y + 41, max(0, x - 40):x + 41]
        if box.shape != (81, 81) or (box != 0).mean() > 0.02:
            continue
        if all(math.hypot(x - a, y - b) > 40 for a, b in found):
            found.append((x, y))
            if len(found) == count:
                break
    return found


class LyingWcs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.top = WORK / "check_wcs"
        shutil.rmtree(cls.top, ignore_errors=True)
        cls.clean = cls.reduce("clean", None, 0)[0]

    @classmethod
    def reduce(cls, name, spoil, k, *arguments, **environment):
        here = cls.top / name
        (here / "raw").mkdir(parents=True)
        (here / "dragonsrc").write_text(f"[calibs]\ndatabases = {here}/cal_manager.db get\n")
        night = [fits.open(WORK / "playdata" / name) for name in NAMES]
        if spoil:
            spoil([hdus[0].header for hdus in night], k)
        for file, hdus in zip(NAMES, night):
            hdus.writeto(here / "raw" / file, output_verify="silentfix")
            hdus.close()
        sanitizers = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
        settings = {"PATH": f"{BIN}{os.pathsep}/usr/bin:/bin", "HOME": str(here), "DRAGONSRC": str(here / "dragonsrc"),
                    "LC_ALL": "C.UTF-8"} | sanitizers | environment
        done = subprocess.run(["reduce", *[f"raw/{file}" for file in NAMES], *arguments, "-p",
                               "darkCorrect:do_cal=skip", "flatCorrect:do_cal=skip"], cwd=here, env=settings,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        return here, done

    def repaired(self, name, spoil, k, says):
        here, done = self.reduce(name, spoil, k)
        self.assertEqual(done.returncode, 0, done.stderr)
        log = (here / "reduce.log").read_text()
        self.assertIn(f"{NAMES[k]}: {says}", log)
        self.assertIn("repaired with the WCS of N20120117S00", log)
        with fits.open(self.clean / STACK) as clean, fits.open(here / STACK) as stack:
            self.assertEqual(stack[0].header["NCOMBINE"], 5)
            from_pixels, to_pixels = WCS(clean["SCI"].header), WCS(stack["SCI"].header)
            places = stars(clean["SCI"].data, clean["DQ"].data)
            self.assertEqual(len(places), 4)
            ratios, moved = [], []
            for x, y in places:
                u, v = (float(t) for t in to_pixels.all_world2pix(*from_pixels.all_pix2world(x, y, 0), 0))
                image = stack["SCI"].data
                ratios.append(aperture(image, u, v) / aperture(clean["SCI"].data, x, y))
                here_x, here_y = centroid(image, u, v)
                clean_x, clean_y = centroid(clean["SCI"].data, x, y)
                moved.append(math.hypot(here_x - u - clean_x + x, here_y - v - clean_y + y))
        print(f"{name}: fluxes over those of the clean night", [round(r, 5) for r in ratios],
              "positions differ by", [round(m, 3) for m in moved])
        self.assertLess(max(moved), 0.1)
        for ratio in ratios:
            self.assertAlmostEqual(ratio, 1.0, delta=0.01)

    def test_thirty_arcsec_off(self):
        self.repaired("off", thirty_arcsec_off, 2, "CRVAL1, CRVAL2 lie 30.0 arcsec")

    def test_inherited(self):
        self.repaired("inherited", inherited, 2, f"its WCS is that of {NAMES[1]}")

    def test_without_cd(self):
        self.repaired("without_cd", without_cd, 3, "keyword CD1_1 is missing")

    def test_singular(self):
        self.repaired("singular", singular, 1, "the matrix CD1_1, CD1_2, CD2_1, CD2_2 is singular")

    def test_turned(self):
        self.repaired("turned", turned, 2, "the matrix CD1_1, CD1_2, CD2_1, CD2_2 is turned by")

    def test_the_reference_itself(self):
        self.repaired("reference", thirty_arcsec_off, 0, "CRVAL1, CRVAL2 lie 30.0 arcsec")

    def test_the_images_align_it_when_nothing_is_repaired(self):
        """The sources are 200 pixels from where the WCS puts them; they are found there."""
        here, done = self.reduce("ignored", thirty_arcsec_off, 2, "-p", "prepare:bad_wcs=ignore")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("nothing is changed (bad_wcs=ignore)", (here / "reduce.log").read_text())

    def test_exit(self):
        here, done = self.reduce("exit", thirty_arcsec_off, 2, "-p", "prepare:bad_wcs=exit")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(f"{NAMES[2]}: CRVAL1, CRVAL2 lie 30.0 arcsec", done.stdout + done.stderr)
        self.assertFalse((here / STACK).exists())

    def test_check_recipe(self):
        here, done = self.reduce("check", thirty_arcsec_off, 3, "-r", "checkWCS", "--logmode", "verbose")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"{NAMES[3]} has a discrepancy of 30.00 arcsec", (here / "reduce.log").read_text())
        self.assertEqual(sorted(here.glob("*.fits")), [])

    def test_compatibility_mode_does_not_look(self):
        here, done = self.reduce("compat", thirty_arcsec_off, 2, WYVERN_COMPAT="3.2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("arcsec from where", (here / "reduce.log").read_text())
        with fits.open(here / STACK) as stack:
            self.assertNotIn("ALGNMETH", stack[0].header)
            self.assertFalse(any("bad_wcs" in row["args"] for row in stack["HISTORY"].data))


if __name__ == "__main__":
    BIN, WORK = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
