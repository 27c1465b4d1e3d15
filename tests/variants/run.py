#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Changes one parameter at a time and checks the product against an independent computation.

    run.py BIN_FOLDER [--only WORD]

Makes a small night with `wyvern simulate`, reduces it with each variant and compares what the
changed step made with numpy, scipy or a worked rule. Prints a line per variant; exit status 1 when
one is wrong. Needs numpy, scipy and astropy; says so and stops with 0 when they are missing.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy as np
    from astropy.io import fits
    from scipy import ndimage
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(0)

from brute_force import stack_pixel

f32 = np.float32


class Night:
    """A simulated night with its master dark and flat."""

    def __init__(self, folder: Path, binaries: Path):
        self.folder, self.binaries = folder, binaries
        (folder / "dragonsrc").write_text("[calibs]\n")
        self.environment = dict(os.environ, DRAGONSRC=str(folder / "dragonsrc"))
        self.environment.pop("WYVERN_COMPAT", None)
        self.run(folder, "wyvern", "simulate", "night", "--preset", "small")
        raw = folder / "night" / "playdata"
        kinds = {"--tags DARK": "dark", "--tags FLAT": "flat", "--tags IMAGE --xtags FLAT": "science"}
        self.files = {}
        for options, kind in kinds.items():
            names = sorted(str(p) for p in raw.glob("*.fits"))
            listed = self.run(folder, "dataselect", *names, *options.split()).split()
            self.files[kind] = listed
        self.reduce(folder, "dark")
        self.reduce(folder, "flat")
        self.dark = folder / (Path(self.files["dark"][0]).stem + "_dark.fits")
        self.flat = folder / (Path(self.files["flat"][0]).stem + "_flat.fits")

    def run(self, folder, command, *arguments):
        done = subprocess.run([self.binaries / command, *arguments], cwd=folder, text=True,
                              capture_output=True, env=self.environment)
        if done.returncode:
            raise RuntimeError(f"{command} {' '.join(arguments)}: exit status {done.returncode}\n"
                               f"{done.stderr[-2000:]}")
        return done.stdout

    def reduce(self, folder, kind, *parameters):
        arguments = list(self.files[kind])
        if parameters:
            arguments += ["-p", *parameters]
        if kind == "science":
            arguments += ["--user_cal", f"processed_dark:{self.dark}", f"processed_flat:{self.flat}"]
        folder.mkdir(exist_ok=True)
        self.run(folder, "reduce", *arguments)
        return folder

    def variant(self, name, kind, *parameters):
        return self.reduce(self.folder / name, kind, *parameters)


def planes(path):
    with fits.open(path, memmap=False) as hdus:
        return (hdus["SCI"].data.astype(f32), hdus["VAR"].data.astype(f32), hdus["DQ"].data.copy(),
                hdus["SCI"].header)


def frames(folder, suffix):
    found = sorted(folder.glob(f"N*{suffix}.fits"))
    assert found, f"no file *{suffix}.fits"
    return [planes(p) for p in found]


def product(folder, suffix):
    found = sorted(folder.glob(f"N*{suffix}.fits"))
    assert len(found) == 1, f"{len(found)} files *{suffix}.fits"
    return planes(found[0])


def check_stack(stack, inputs, **rules):
    """A few thousand random pixels, worked out one by one."""
    rng = np.random.default_rng(1)
    ny, nx = stack[0].shape
    lit = np.argwhere(stack[2] == 0)
    some = np.vstack([lit[rng.integers(0, len(lit), 2500)],
                      np.column_stack([rng.integers(0, ny, 500), rng.integers(0, nx, 500)])])
    for y, x in some:
        want = stack_pixel([f[0][y, x] for f in inputs], [f[1][y, x] for f in inputs],
                           [f[2][y, x] for f in inputs], **rules)
        got = (stack[0][y, x], stack[1][y, x], stack[2][y, x])
        same = np.allclose(got[:2], want[:2], rtol=3e-7, atol=1e-30, equal_nan=True)
        assert same and got[2] == want[2], f"pixel ({x}, {y}): {got}, expected {want}"


def changed(a, b):
    assert a[0].shape != b[0].shape or not np.array_equal(a[0], b[0]), "nothing changed"


# --- the variants -------------------------------------------------------------------------------
def stack_variant(night, standard, name, *parameters, **rules):
    folder = night.variant(name, "science", *parameters,
                           "scaleCountsToReference:write_outputs=True")
    stack = product(folder, "_image")
    check_stack(stack, frames(folder, "_countsScaled"), **rules)
    changed(stack, standard)


def median_stack(night, standard):
    stack_variant(night, standard, "median", "stackFrames:operation=median", operation="median")


def minmax_stack(night, standard):
    stack_variant(night, standard, "minmax", "stackFrames:reject_method=minmax",
                  "stackFrames:nlow=1", "stackFrames:nhigh=1",
                  rejection="minmax", nlow=1, nhigh=1)


def varclip_stack(night, standard):
    stack_variant(night, standard, "varclip", "stackFrames:reject_method=varclip",
                  rejection="varclip")


def unscaled_sky(night, standard):
    folder = night.variant("unscaled", "science", "skyCorrect:scale_sky=False",
                           "skyCorrect:save_sky=True", "associateSky:write_outputs=True",
                           "skyCorrect:write_outputs=True")
    for before, sky, after in zip(frames(folder, "_skyAssociated"), frames(folder, "_sky"),
                                  frames(folder, "_skyCorrected")):
        assert np.array_equal(after[0], before[0] - sky[0])
        assert np.allclose(after[1], before[1] + sky[1], rtol=2e-7)
        assert np.array_equal(after[2], before[2] | sky[2])
    changed(product(folder, "_image"), standard)


def affine_of(header_from, header_to):
    """Pixels of `to` -> pixels of `from` (y, x order), for two WCS with one tangent point each."""
    from astropy.wcs import WCS
    a, b = WCS(header_from), WCS(header_to)
    grid = np.array([[100.0, 100], [900, 100], [100, 900], [900, 900], [500, 500]])
    mapped = np.column_stack(a.all_world2pix(*b.all_pix2world(grid[:, 0], grid[:, 1], 0), 0))
    fit = np.linalg.lstsq(np.column_stack([grid[:, ::-1], np.ones(5)]), mapped[:, ::-1], rcond=None)[0]
    return fit[:2].T, fit[2]


def cubic_resampling(night, standard):
    folder = night.variant("cubic", "science", "resampleToCommonFrame:order=3",
                           "adjustWCSToReference:write_outputs=True",
                           "resampleToCommonFrame:write_outputs=True")
    before, after = frames(folder, "_wcsCorrected"), frames(folder, "_align")
    for old, new in list(zip(before, after))[1:]:
        matrix, offset = affine_of(old[3], new[3])
        want = ndimage.affine_transform(old[0].astype(float), matrix, offset, new[0].shape, order=3,
                                        cval=0.0) * abs(np.linalg.det(matrix))
        lit = new[2] == 0
        noise = np.sqrt(np.median(new[1][lit]))
        worst = np.abs(want - new[0])[lit].max() / noise
        assert worst < 1e-2, f"{worst} sigma from scipy"
    changed(product(folder, "_image"), standard)


def deeper_threshold(night, standard):
    loose = night.variant("thresh3", "science", "detectSources:write_outputs=True")
    strict = night.variant("thresh5", "science", "detectSources:detect_thresh=5",
                           "detectSources:write_outputs=True")
    kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16.0
    areas = []
    for a, b in zip(sorted(loose.glob("*_sourcesDetected.fits")),
                    sorted(strict.glob("*_sourcesDetected.fits"))):
        with fits.open(a) as ha, fits.open(b) as hb:
            low, high = ha["OBJMASK"].data > 0, hb["OBJMASK"].data > 0
            # An outline at 5 sigma lies inside one at 3 sigma, but for sources at the keyhole's edge
            # whose wider outline was dropped as flagged.
            outside = (high & ~low).sum() / high.sum()
            assert outside < 0.15, f"{outside:.0%} of the sources' area is new at 5 sigma"
            areas.append((low.sum(), high.sum()))
            # The faintest pixel of a mask lies just above the threshold: 3 and 5 times the noise.
            background = np.median(ha["OBJCAT"].data["BACKGROUND"])
            smooth = ndimage.convolve(ha["SCI"].data.astype(float) - background, kernel,
                                      mode="constant")
            ratio = smooth[high].min() / smooth[low].min()
            assert 1.3 < ratio < 2.1, f"thresholds differ by a factor {ratio}"
    assert sum(h for _, h in areas) < sum(l for l, _ in areas)


def aligned_by_offsets(night, standard):
    folder = night.variant("offsets", "science", "adjustWCSToReference:method=offsets",
                           "adjustWCSToReference:write_outputs=True")
    files = sorted(folder.glob("*_wcsCorrected.fits"))
    assert len(files) == len(night.files["science"])
    headers = [(fits.getheader(p), fits.getheader(p, "SCI")) for p in files]
    reference = headers[0][1]
    position = lambda phu: np.array([phu["QOFFSET"] * (-1 if phu["INPORT"] == 1 else 1),
                                     -phu["POFFSET"]]) / phu["PIXSCALE"]
    origin = position(headers[0][0])
    for phu, sci in headers[1:]:
        # Equal position angles: the frame is the reference shifted by the offsets.
        shift = position(phu) - origin
        want = np.array([reference["CRPIX1"], reference["CRPIX2"]]) + shift
        assert np.allclose([sci["CRPIX1"], sci["CRPIX2"]], want, atol=1e-6), (sci["CRPIX1"], want)
        assert np.isclose(sci["CD1_2"], reference["CD1_2"], rtol=1e-9)
    changed(product(folder, "_image"), standard)


def flat_by_mean(night, standard):
    folder = night.variant("flatmean", "flat", "normalizeFlat:scale=mean",
                           "addIllumMaskToDQ:write_outputs=True", "normalizeFlat:write_outputs=True")
    before, after = frames(folder, "_illumMaskAdded")[0], frames(folder, "_normalized")[0]
    level = np.mean(before[0][before[2] == 0], dtype=f32)
    assert np.array_equal(after[0], before[0] / level)
    changed(product(folder, "_flat"), planes(night.flat))


def two_skies(night, standard):
    folder = night.variant("twoskies", "science", "associateSky:max_skies=2",
                           "associateSky:write_outputs=True")
    files = sorted(folder.glob("*_skyAssociated.fits"))
    seconds = []
    for p in files:
        h, m, s = fits.getheader(p)["UTSTART"].split(":")
        seconds.append(int(h) * 3600 + int(m) * 60 + float(s))
    for k, p in enumerate(files):
        with fits.open(p) as hdus:
            got = [name.strip() for name in hdus["SKYTABLE"].data["SKYNAME"]]
        nearest = sorted((i for i in range(len(files)) if i != k),
                         key=lambda i: abs(seconds[i] - seconds[k]))[:2]
        assert got == [files[i].name for i in sorted(nearest)], (p.name, got)


def weighted_dark(night, standard):
    folder = night.variant("wtmean", "dark", "stackDarks:operation=wtmean",
                           "addVAR:write_outputs=True")
    stack = product(folder, "_dark")
    check_stack(stack, frames(folder, "_varAdded"), operation="wtmean")
    changed(stack, planes(night.dark))


def trimmed(night, standard):
    folder = night.variant("trimmed", "science", "resampleToCommonFrame:trim_data=True")
    stack = product(folder, "_image")
    raw = fits.getdata(night.files["science"][0])
    assert stack[0].shape == raw.shape
    x0 = round(standard[3]["CRPIX1"] - stack[3]["CRPIX1"])
    y0 = round(standard[3]["CRPIX2"] - stack[3]["CRPIX2"])
    part = np.s_[y0:y0 + raw.shape[0], x0:x0 + raw.shape[1]]
    # The positions that are sampled differ in the last digit of a double, for they are counted from
    # another corner; a rounding, or a pixel at a threshold, may go the other way.
    for mine, whole in zip(stack[:2], standard[:2]):
        off = ~np.isclose(mine, whole[part], rtol=1e-6, atol=1e-3)
        assert off.mean() < 1e-5, f"{off.sum()} pixels differ"
    assert (stack[2] != standard[2][part]).mean() < 1e-5


VARIANTS = [median_stack, minmax_stack, varclip_stack, unscaled_sky, cubic_resampling,
            deeper_threshold, aligned_by_offsets, flat_by_mean, two_skies, weighted_dark, trimmed]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binaries", type=Path)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="wyvern-variants-") as folder:
        night = Night(Path(folder), args.binaries.resolve())
        standard = product(night.variant("standard", "science"), "_image")
        for variant in VARIANTS:
            if args.only not in variant.__name__:
                continue
            try:
                variant(night, standard)
                print(f"ok    {variant.__name__}")
            except (AssertionError, RuntimeError) as error:
                failed += 1
                print(f"WRONG {variant.__name__}: {error}")
    print(f"{len(VARIANTS)} variants, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
