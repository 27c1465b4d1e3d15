#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""What programs rely on in `reduce`: exit statuses, report, events, and what the screen gets where.

  check_reduce.py BIN WORK     BIN has the commands, WORK/playdata the raw frames of the small night
"""

import hashlib
import json
import math
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import unittest

BIN = WORK = None
SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "docs" / "schemas"
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None), "integer": int,
         "number": (int, float)}


def faults(value, schema, where="$"):
    """What a JSON value lacks of a schema, as texts; the words of JSON Schema that the schemas here use."""
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        fits = any(isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)
        if not fits:
            found.append(f"{where}: {value!r} is no {names}")
    if "minimum" in schema and isinstance(value, (int, float)) and value < schema["minimum"]:
        found.append(f"{where}: {value} < {schema['minimum']}")
    if isinstance(value, dict):
        known = schema.get("properties", {})
        found += [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
        for name, item in value.items():
            if name in known:
                found += faults(item, known[name], f"{where}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{where}: {name} is not described")
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            found += faults(item, schema["items"], f"{where}[{i}]")
    return found


class Case(unittest.TestCase):
    def setUp(self):
        self.here = WORK / "check_reduce" / self.id().rsplit(".", 1)[-1]
        shutil.rmtree(self.here, ignore_errors=True)
        self.here.mkdir(parents=True)
        self.database = f"{self.here}/cal_manager.db get"
        self.environment = {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '/usr/bin:/bin')}",
                            "HOME": str(self.here), "DRAGONSRC": str(self.here / "dragonsrc"), "LC_ALL": "C.UTF-8",
                            "TZ": "UTC"}
        for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.raw = WORK / "playdata"
        self.darks = [str(self.raw / f"N20120102S05{n}.fits") for n in (38, 39, 40, 41)]
        self.science = [str(self.raw / f"N20120117S00{n}.fits") for n in (14, 15, 16, 17, 18)]
        self.skip = ["-p", "darkCorrect:do_cal=skip", "flatCorrect:do_cal=skip"]

    def reduce(self, *arguments, **environment):
        (self.here / "dragonsrc").write_text(f"[calibs]\ndatabases = {self.database}\n")
        return subprocess.run(["reduce", *arguments], cwd=self.here, env=self.environment | environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    def ends(self, status, *arguments, compat=None, says=""):
        """Runs a line natively, and in compatibility mode when `compat` is given."""
        done = self.reduce(*arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn(says, done.stdout + done.stderr)
        if compat is not None:
            self.assertEqual(self.reduce(*arguments, WYVERN_COMPAT="3.2").returncode, compat)
        return done

    def names(self):
        return sorted(path.name for path in self.here.iterdir())


class InstructionSets(Case):
    """$WYVERN_SIMD chooses the loops; the planes stay the same."""

    def sums(self, name):
        """Checksums of the primary header's data, SCI, VAR and DQ; tables hold the time of the run."""
        return re.findall(rb"DATASUM = *'([^']*)'", (self.here / name).read_bytes())[:4]

    def test_same_planes(self):
        products = set()
        for name in ("baseline", "avx2", "avx512"):
            done = self.reduce(*self.science, *self.skip, "--json", "report.json", WYVERN_SIMD=name)
            if name != "baseline" and done.returncode == 2:
                self.assertIn(f"WYVERN_SIMD is '{name}', which this machine does not have", done.stderr)
                continue
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads((self.here / "report.json").read_text())["instruction_set"], name)
            products.add(tuple(self.sums("N20120117S0014_stack.fits")))
        self.assertEqual(len(products), 1)
        self.assertEqual(len(products.pop()), 4)

    def test_unknown(self):
        done = self.reduce(*self.science, WYVERN_SIMD="mmx")
        self.assertEqual(done.returncode, 2)
        self.assertIn("reduce: error: WYVERN_SIMD is 'mmx', which is not known: it can be baseline", done.stderr)
        self.assertEqual([name for name in self.names() if name.endswith(".fits")], [])


class Planes:
    """The image planes of a FITS file; tables are left out, they hold the time of the run."""

    BLOCK = 2880

    def __init__(self, path):
        self.bytes, self.at = path.read_bytes(), 0

    def header(self):
        cards = {}
        while True:
            for start in range(self.at, self.at + self.BLOCK, 80):
                card = self.bytes[start:start + 80].decode("ascii")
                if card[8:10] == "= ":
                    cards[card[:8].strip()] = card[10:].split("/")[0].strip(" '")
                elif card.startswith("END "):
                    self.at += self.BLOCK
                    return cards
            self.at += self.BLOCK

    def digests(self):
        """(name, type of pixels, shape, MD5 of the pixels) of each plane, in the order of the file."""
        found = []
        while self.at < len(self.bytes):
            cards = self.header()
            shape = tuple(int(cards[f"NAXIS{i + 1}"]) for i in range(int(cards["NAXIS"])))
            size = abs(int(cards["BITPIX"])) // 8 * (math.prod(shape) + int(cards.get("PCOUNT", 0))) if shape else 0
            if shape and cards.get("XTENSION") != "BINTABLE":
                pixels = self.bytes[self.at:self.at + size]
                found.append((cards.get("EXTNAME"), cards["BITPIX"], shape, hashlib.md5(pixels).hexdigest()))
            self.at += -(-size // self.BLOCK) * self.BLOCK
        return tuple(found)


class SameBits(Case):
    """Neither the number of threads nor too little memory for the planes changes a bit of a product."""

    LITTLE = ["--max-memory", "64M"]

    def product(self, name, *arguments):
        done = self.reduce(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        planes = Planes(self.here / name).digests()
        self.assertEqual([plane[0] for plane in planes[:3]], ["SCI", "VAR", "DQ"])
        (self.here / name).unlink()
        return planes

    def same(self, name, *arguments):
        first = self.product(name, *arguments, "--threads", "1")
        for more in (["2"], ["3"], ["7"], ["1", *self.LITTLE], ["3", *self.LITTLE]):
            self.assertEqual(self.product(name, *arguments, "--threads", *more), first, more)

    def test_dark(self):
        self.same("N20120102S0538_dark.fits", *self.darks)

    def test_flat(self):
        lamps = [str(self.raw / f"N20120117S00{n}.fits") for n in range(19, 25)]
        self.same("N20120117S0019_flat.fits", *lamps)

    def test_science(self):
        self.same("N20120117S0014_stack.fits", *self.science, *self.skip)

    def test_science_did_not_fit(self):
        """The test above did put planes into a file: without a folder for it there is no product."""
        nowhere = ["--work-dir", str(self.here / "dragonsrc" / "below")]
        self.ends(8, *self.science, *self.skip, *self.LITTLE, *nowhere)
        self.ends(0, *self.science, *self.skip, "--max-memory", "4G", *nowhere)


class ExitStatuses(Case):
    def test_0(self):
        self.ends(0, *self.darks, compat=0, says="reduce completed successfully.")
        self.ends(0, "--help", compat=0)
        self.ends(0, "--version", compat=0)
        self.ends(0, "-d", *self.darks, compat=0)

    def test_1_files(self):
        self.ends(1, "nosuch.fits", compat=1, says="Cannot read file: nosuch.fits")
        self.ends(1, compat=6, says="NO INPUT FILE(s) specified")
        (self.here / "text.fits").write_text("text")
        self.ends(1, "text.fits", compat=6)
        self.ends(1, self.darks[0], "-r", "prepare", "leftover", says="leftover: no such file")

    def test_1_kinds(self):
        self.ends(1, self.darks[0], self.science[0], says="is IMAGE, not DARK")
        self.assertEqual([name for name in self.names() if name.endswith(".fits")], [])

    def test_1_user_calibrations(self):
        self.ends(1, *self.science, *self.skip, "--user_cal", "processed_dark:nosuch.fits", compat=1)

    def test_1_and_3_packages_and_configuration(self):
        self.ends(1, *self.darks, "--adpkg", "nosuch", compat=1)
        self.ends(3, *self.darks, "--drpkg", "nosuch", compat=6)
        self.ends(1, *self.darks, "-c", "nosuch.rc", compat=0)

    def test_2(self):
        for line in (["--bogus"], ["@nosuch.lis"], ["--threads", "0"], ["--log-format", "xml"], ["-p", "=1"]):
            self.ends(2, *line, says="reduce: error: ")
        self.ends(2, "--logmode", "loud", compat=1)
        self.ends(2, "@nosuch.lis", compat=2)

    def test_3(self):
        self.ends(3, self.darks[0], "-r", "nosuch", compat=6)
        self.ends(3, self.darks[0], "-p", "nosuch=1", compat=6)
        self.ends(3, self.darks[0], "-p", "stackDarks:operation=nosuch", compat=6)
        self.ends(3, *self.science, "--qa", compat=6, says="use --ql")

    def test_4(self):
        done = self.ends(4, *self.science, says="2 problems; nothing has been done")
        self.assertIn("No processed dark listed for N20120117S0014.fits, N20120117S0015.fits", done.stderr)
        self.assertIn("No processed flat listed for", done.stderr)
        self.assertEqual(self.names(), ["dragonsrc", "reduce.log"])
        self.ends(4, *self.science, compat=6)

    def test_5(self):
        line = [*self.darks, "-r", "stackFrames", "-p", "reject_method=minmax", "nlow=2", "nhigh=2"]
        self.ends(5, *line, compat=6, says="Only 4 images but nlow=2 and nhigh=2")
        self.ends(5, *line, "--debug", says="DataError was thrown in stackFrames")

    def test_7(self):
        (self.here / "notes.db").write_text("no database " * 1000)
        self.database = f"{self.here}/notes.db get store"
        self.ends(7, *self.darks, compat=6)

    def test_8(self):
        self.ends(8, *self.darks, "--output-dir", str(self.here / "dragonsrc" / "below"))
        self.ends(8, *self.darks, "--logfile", str(self.here / "dragonsrc" / "log"))

    def test_130(self):
        for status, environment in ((130, {}), (2, {"WYVERN_COMPAT": "3.2"})):
            (self.here / "dragonsrc").write_text("[calibs]\ndatabases =\n")
            line = ["reduce", *self.science * 8, *self.skip, "--log-format", "json", "--threads", "1"]
            with subprocess.Popen(line, cwd=self.here, env=self.environment | environment, stderr=subprocess.PIPE,
                                  text=True) as process:
                for text in process.stderr:
                    if '"step_start"' in text:
                        process.send_signal(signal.SIGINT)
                        break
                rest = process.stderr.read()
            self.assertEqual(process.returncode, status, rest)
            self.assertIn("Caught KeyboardInterrupt", rest)
            self.assertEqual([name for name in self.names() if name.endswith(".fits")], [])


class Report(Case):
    def report(self, *arguments):
        done = self.reduce(*arguments, "--json", "report.json")
        report = json.loads((self.here / "report.json").read_text())
        self.assertEqual(faults(report, json.loads((SCHEMAS / "reduce-report.schema.json").read_text())), [])
        self.assertEqual(report["exit_status"], done.returncode)
        return report

    def test_of_a_dark(self):
        report = self.report(*self.darks, "-p", "stackDarks:operation=median", "stackFrames:nlow=1")
        self.assertEqual([item["file"] for item in report["inputs"]], self.darks)
        self.assertEqual(report["recipe"]["name"], "makeProcessedDark")
        steps = {step["primitive"]: step for step in report["steps"]}
        self.assertEqual(steps["stackDarks"]["parameters"]["operation"], "median")
        self.assertEqual(steps["addDQ"]["parameters"]["add_illum_mask"], False)
        self.assertTrue(all(step["seconds"] >= 0 and step["peak_memory_bytes"] > 1e6 for step in report["steps"]))
        self.assertLessEqual(sum(step["seconds"] for step in report["steps"]), report["seconds"])
        self.assertEqual([item["final"] for item in report["outputs"]], [False, True])
        for item in report["outputs"]:
            data = (self.here / item["file"]).read_bytes()
            self.assertEqual((item["bytes"], item["md5"]), (len(data), hashlib.md5(data).hexdigest()))
        self.assertEqual(report["expected_outputs"], ["N20120102S0538_dark.fits"])
        self.assertTrue(any("stackFrames:nlow=1 has no effect" in text for text in report["warnings"]))

    def test_of_calibrations(self):
        self.reduce(*self.darks)
        dark = "N20120102S0538_dark.fits"
        report = self.report(*self.science, "--user_cal", f"processed_dark:{dark}", "-p", "flatCorrect:do_cal=skip")
        chosen = [item for item in report["calibrations"] if item["type"] == "processed_dark"]
        self.assertEqual([item["input"] for item in chosen], self.science)
        self.assertEqual({item["file"] for item in chosen}, {dark})
        self.assertEqual({item["origin"] for item in chosen}, {"user_cals"})

    def test_of_a_calibration_from_a_database(self):
        self.reduce("-d")  # writes the configuration
        for command in (["caldb", "init"], ["reduce", *self.darks, "--logmode", "quiet"],
                        ["caldb", "add", "N20120102S0538_dark.fits"]):
            subprocess.run(command, cwd=self.here, env=self.environment, check=True, capture_output=True)
        report = self.report(*self.science, "-p", "flatCorrect:do_cal=skip")
        chosen = [item for item in report["calibrations"] if item["type"] == "processed_dark"]
        self.assertEqual({item["file"] for item in chosen}, {f"{self.here}/N20120102S0538_dark.fits"})
        self.assertEqual({item["candidates"] for item in chosen}, {1})
        for item in chosen:
            self.assertAlmostEqual(item["days"], -15, delta=1)
            self.assertIn("exact match", item["why"])

    def test_of_problems(self):
        report = self.report(*self.science, "-p", "nosuch=1", "associateSky:time=-1")
        self.assertEqual([item["exit_status"] for item in report["problems"]], [3, 3])
        self.assertEqual((report["outputs"], report["exit_status"]), ([], 3))

    def test_of_a_failure(self):
        report = self.report(*self.darks, self.science[0], "--mixed")
        self.assertEqual(report["exit_status"], 1)
        self.assertIn("Not all inputs have DARK tag", report["error"])
        self.assertEqual(len(report["crash_files"]), 5)
        self.assertIsNone(report["steps"][-1]["seconds"])
        self.assertEqual(self.report(*self.darks, self.science[0], "--mixed", "--no-crash-files")["crash_files"], [])

    def test_of_a_dry_run(self):
        report = self.report(*self.darks, "--dry-run")
        self.assertTrue(report["dry_run"])
        self.assertEqual(report["expected_outputs"], ["N20120102S0538_dark.fits"])
        self.assertEqual(self.names(), ["dragonsrc", "report.json"])

    def test_on_standard_output(self):
        done = self.reduce(*self.darks, "--json", "-")
        self.assertEqual(json.loads(done.stdout)["exit_status"], 0)


class Screen(Case):
    def test_events(self):
        done = self.reduce(*self.darks, "--log-format", "json")
        schema = json.loads((SCHEMAS / "reduce-events.schema.json").read_text())
        events = [json.loads(line) for line in done.stderr.splitlines()]
        for event in events:
            self.assertEqual(faults(event, schema), [])
        kinds = [event["event"] for event in events]
        self.assertEqual((kinds.count("start"), kinds.count("end")), (1, 1))
        self.assertEqual([event["primitive"] for event in events if event["event"] == "step_end"],
                         next(event["steps"] for event in events if event["event"] == "start"))
        self.assertEqual(events[kinds.index("end")]["exit_status"], 0)
        self.assertTrue(any(event.get("primitive") == "stackDarks/stackFrames" for event in events))

    def test_is_short_and_plain(self):
        done = self.reduce(*self.science, *self.skip)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(len(done.stderr.splitlines()), 40)
        self.assertEqual(done.stdout, "")
        for sign in ("\x1b", "\r"):
            self.assertNotIn(sign, done.stderr)
        log = (self.here / "reduce.log").read_text()
        for line in ("PRIMITIVE: skyCorrect", "Combining 5 inputs with mean and sigclip rejection", "FULLINFO"):
            self.assertIn(line, log)

    def test_verbose_is_the_whole_log(self):
        self.database = ""
        shown = self.reduce(*self.darks, "--logmode", "verbose").stderr.splitlines()
        logged = [line.split(" - ", 1)[1] for line in (self.here / "reduce.log").read_text().splitlines()]
        self.assertEqual(shown, logged[1:])

    def on_terminal(self, **environment):
        (self.here / "dragonsrc").write_text("[calibs]\ndatabases =\n")
        shown = []

        def read(descriptor):
            data = os.read(descriptor, 4096)
            shown.append(data)
            return data

        before = dict(os.environ), pathlib.Path.cwd(), os.dup(1)
        null = os.open(os.devnull, os.O_WRONLY)
        try:
            os.environ.clear()
            os.environ.update(self.environment | environment | {"TERM": "xterm"})
            os.chdir(self.here)
            os.dup2(null, 1)
            pty.spawn(["reduce", *self.darks], read, lambda descriptor: b"")
        finally:
            os.dup2(before[2], 1)
            os.environ.clear()
            os.environ.update(before[0])
            os.chdir(before[1])
            os.close(null)
            os.close(before[2])
        return b"".join(shown).decode()

    def test_on_a_terminal(self):
        text = self.on_terminal()
        self.assertIn("4/4 frames", text)
        self.assertIn("\x1b[1m", text)
        plain = self.on_terminal(NO_COLOR="1")
        self.assertIn("4/4 frames", plain)
        self.assertNotIn("m", {part[:2][-1:] for part in plain.split("\x1b[")[1:]})


if __name__ == "__main__":
    BIN, WORK = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
