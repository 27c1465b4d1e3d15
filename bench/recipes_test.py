#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""recipes.py: what counts as moved, what as worse, and when nothing can be said. Needs no build."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import recipes  # noqa: E402


def result(cpu, noise=0.01):
    figures = {key: {"median": 1.0, "noise": noise} for key in recipes.FIGURES}
    figures["cpu"] = {"median": cpu, "noise": noise}
    return {"recipes": {"dark": figures}}


class Comparison(unittest.TestCase):
    def test_only_what_exceeds_the_noise_has_moved(self):
        self.assertEqual(recipes.compare(result(1.0), result(1.03)), [])
        self.assertEqual(recipes.compare(result(1.0), result(1.2)), ["dark cpu: 1 -> 1.2 (+20%)"])
        self.assertEqual(recipes.compare(result(1.0, 0.1), result(1.2, 0.1)), [])

    def test_summary_takes_medians(self):
        recipe = {"runs": [{"wall": w, "cpu": w, "peak_mb": 50.0} for w in (1.0, 3.0, 2.0)],
                  "floors": [{"wall": 0.5, "cpu": 0.25}] * 3, "shares": {}}
        found = recipes.summary(recipe)
        self.assertEqual((found["wall"]["median"], found["ratio_wall"]["median"], found["ratio_cpu"]["median"]), (2.0, 4.0, 8.0))


class Gate(unittest.TestCase):
    def gate(self, ratio, kept, of="this"):
        rounds = []

        def measured(*_):
            rounds.append(1)
            return {"dark": ratio}

        with tempfile.TemporaryDirectory() as folder, mock.patch.object(recipes, "processor", return_value="this"), \
                mock.patch.object(recipes, "least_ratios", measured), contextlib.redirect_stdout(io.StringIO()) as said:
            path = pathlib.Path(folder) / "figures.json"
            path.write_text(json.dumps({of: {"dark": kept}}))
            return recipes.gate(None, path), len(rounds), said.getvalue()

    def test_within_the_limit(self):
        self.assertEqual(self.gate(12.9, 10.0)[:2], (0, 1))

    def test_worse_is_looked_at_again_before_it_fails(self):
        status, rounds, said = self.gate(13.1, 10.0)
        self.assertEqual((status, rounds), (1, recipes.GATE_ROUNDS))
        self.assertIn("WORSE", said)

    def test_another_processor(self):
        status, _, said = self.gate(99.0, 10.0, of="that")
        self.assertEqual(status, 77)
        self.assertIn("skipped", said)

    def test_a_generation_has_its_own_figures_or_those_of_its_name(self):
        figures = {"EPYC": 1, "Xeon, family 6, model 207": 2}
        found = [recipes.figures_of(figures, f"{name}, family 6, model {model}")
                 for name, model in (("EPYC", 1), ("Xeon", 207), ("Xeon", 106))]
        self.assertEqual(found, [1, 2, None])


if __name__ == "__main__":
    unittest.main()
