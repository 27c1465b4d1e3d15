# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The stacking rules, written down once more, pixel by pixel, in plain numpy."""
import numpy as np

LEVELS = (6, 14, 46, 47, 111, 127)  # DQ bits that are allowed together, best first
REJECTED, UNUSABLE = 32768, 65535
f32, f64 = np.float32, np.float64


def usable(masks):
    """Which inputs share the best level of badness that any of them reaches."""
    for allowed in LEVELS:
        good = [(m & ~allowed & 0xFFFF) == 0 for m in masks]
        if any(good):
            return good
    return [False] * len(masks)


def median_of(values):
    values = sorted(values)
    n = len(values)
    if n % 2:
        return values[n // 2]
    return f32((values[n // 2 - 1] + values[n // 2]) * f32(0.5))


def clip(x, v, masks, lsigma, hsigma, use_variance):
    """Sigma or variance clipping about a median that keeps what earlier rounds rejected."""
    good = sum(m < REJECTED for m in masks)
    while True:
        kept = [a for a, m in zip(x, masks) if m < REJECTED] or list(x)
        centre = f64(median_of([a for a, m in zip(x, masks) if m < UNUSABLE] or list(x)))
        mean = sum(f64(a) for a in kept) / len(kept)
        squares = sum(f64(f32(a * a)) for a in kept) / len(kept)
        with np.errstate(invalid="ignore"):
            sigma = np.sqrt(squares - mean * mean)
        for i, a in enumerate(x):
            if use_variance:
                own = np.sqrt(f64(v[i]))
                out = f64(a) < centre - lsigma * own or f64(a) > centre + hsigma * own
            else:
                out = a < f32(centre - lsigma * sigma) or a > f32(centre + hsigma * sigma)
            if out:
                masks[i] |= REJECTED
        left = sum(m < REJECTED for m in masks)
        if left == good:
            return
        good = left


def reject_extremes(x, masks, nlow, nhigh):
    count = len(x)
    n = sum(m != UNUSABLE for m in masks)
    order = sorted(range(count), key=lambda i: (masks[i] == UNUSABLE, x[i], i))
    low = int(n * nlow / count + 0.001)
    high = n - int(n * nhigh / count + 0.001) - 1
    for rank, i in enumerate(order):
        if rank < low or high < rank < n:
            masks[i] = UNUSABLE


def combine(x, v, masks, operation):
    chosen = [i for i, good in enumerate(usable(masks)) if good]
    n = len(chosen)
    sum_of = lambda terms: np.add.accumulate(np.array([0, *terms], f32), dtype=f32)[-1]
    mean_variance = f32(sum_of(v[i] for i in chosen) / f32(n))
    quality = 0
    for i in chosen:
        quality |= masks[i]
    if operation == "wtmean":
        weights = sum_of(f32(1) / v[i] for i in chosen)
        return sum_of(x[i] / v[i] for i in chosen) / weights, f32(1) / weights, quality
    if operation == "median":
        value = median_of([x[i] for i in chosen])
        return value, f32(f32(f32(np.pi / 2) * mean_variance) / f32(n)), quality
    return f32(sum_of(x[i] for i in chosen) / f32(n)), f32(mean_variance / f32(n)), quality


def stack_pixel(x, v, dq, operation="mean", rejection="sigclip", nlow=0, nhigh=0, sigma=3.0):
    """(value, variance, DQ) of one output pixel; x, v float32 and dq integer, one per input."""
    masks = [int(m) if good else UNUSABLE for m, good in zip(dq, usable([int(m) for m in dq]))]
    if rejection == "minmax":
        reject_extremes(x, masks, nlow, nhigh)
    elif rejection in ("sigclip", "varclip"):
        clip(x, v, masks, sigma, sigma, rejection == "varclip")
    if all(m & REJECTED for m in masks):
        masks = [m & ~REJECTED for m in masks]
    return combine(x, v, masks, operation)
