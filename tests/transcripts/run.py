#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Replays the reference's transcripts in compatibility mode and counts how many agree.

  run.py --bin BIN --work WORK [GROUP | GROUP/NAME]...   all groups when none is named
  run.py --diff ...                                      shows what differs
  run.py --write-table | --check-table                   the table in docs/parity.md

A transcript is a command with what DRAGONS 3.2.3 printed on stdout and stderr and its exit status. Each
group runs in WORK/GROUP/playground, with the state that its commands had: raw frames in ../playdata, products
in ../products, a database, and what the commands before left behind. Exit status 0 when exactly the transcripts of
differences.txt differ, 77 without the reference data, else 1.

Before comparing: time stamps (of the years from 2020), versions and folders get names, durations go, numbers with nine
or more decimals keep three, sets of tags and indices of tables are sorted, and lines are left out that only Python
says: its version, and messages of its libraries.
"""

import argparse
import difflib
import hashlib
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = pathlib.Path(os.environ.get("WYVERN_SHARED") or ROOT.parent / "shared")
DIFFERENCES = HERE / "differences.txt"
PARITY = ROOT / "docs" / "parity.md"
TABLE_START, TABLE_END = "<!-- transcripts: start -->\n", "<!-- transcripts: end -->\n"
COMMAND_SECONDS = 600
SKIPPED = 77

DARK, FLAT, IMAGE = "N20120102S0538_dark.fits", "N20120117S0034_flat.fits", "N20120117S0014_image.fits"
# The order in which commands change what others see; None: by name.
ORDER = {
    "tutorial_cli": None,
    "info": None,
    "caldb": "schema add_v add_flat list1 add_again list1b add_raw add_rawdark add_image add_missing add_junk list2 "
             "remove_path list3 remove_missing remove_missing2 add_dir list4 add_walk init_w list5 d_opt d_list "
             "c_opt config noconf".split(),
    "errors": "nofiles emptyat noat nofile badparam2 badparam3 badrecipe baducal baducal2 wrongucal prim_as_recipe "
              "skipdark badparam one_dark partial suffix debug quiet tty nodark mixed ls".split(),
}

STAMP = re.compile(r"20[2-9]\d-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
DURATION = re.compile(r" in \d+\.\d+ seconds")
LONG_FRACTION = re.compile(r"(\d\.\d{3})\d{6,}")  # digits that another mathematics library may change
VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b")
TAG_SET = re.compile(r"(?<=\{)'[A-Z][A-Z0-9_]*'(?:, '[A-Z][A-Z0-9_]*')*(?=\})")
TAG_LIST = re.compile(r"(?<=^Input tags: \[).*(?=\]$)", re.MULTILINE)
INDICES = re.compile(r"(?:^CREATE (?:UNIQUE )?INDEX .*\n)+", re.MULTILINE)  # in random order, too
PYTHON_ONLY = re.compile(
    r"(Running on Python |(\x1b\[0;33m)?WARNING(\x1b\[0m)?: IERSStaleWarning: |\s*IERSStaleWarning: |matplotlib data path: |CONFIGDIR=|"
    r"interactive is |platform is |CACHEDIR=|Using fontManager instance )")


def parse(text):
    """Command, streams and exit status of a transcript."""
    command, block, streams, status = None, None, {"stdout": [], "stderr": []}, 0
    for line in text.splitlines():
        ended = re.fullmatch(r"--- exit status (\d+)", line)
        if command is None and line.startswith("$ "):
            command = line[2:]
        elif line in ("--- stdout", "--- stderr"):
            block = streams[line[4:]]
        elif ended:
            status, block = int(ended[1]), None
        elif block is not None:
            block.append(line)
        else:
            raise ValueError(f"not a line of a transcript: {line}")
    return command, streams, status


def sorted_items(match):
    return ", ".join(sorted(match[0].split(", ")))


def normalised(command, text, folders):
    for name, folder in folders:
        text = text.replace(str(folder), name)
    if command.startswith("showd "):  # the folders' names make the columns wide
        text = re.sub(" {4,}", "   ", re.sub("-{20,}", "---", text))
    text = VERSION.sub("<version>", DURATION.sub("", STAMP.sub("<time>", text.replace("\r", ""))))
    text = LONG_FRACTION.sub(r"\1", text)
    text = TAG_LIST.sub(sorted_items, TAG_SET.sub(sorted_items, text))
    text = INDICES.sub(lambda match: "".join(sorted(match[0].splitlines(True))), text)
    return [line for line in text.splitlines() if not PYTHON_ONLY.match(line)]


def run(command, cwd, env):
    done = subprocess.run(["bash", "-c", command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=COMMAND_SECONDS, check=False)
    return {"stdout": done.stdout.decode(errors="replace"), "stderr": done.stderr.decode(errors="replace")}, done.returncode


def environment(bin_folder, group, here):
    names = ("PATH", "TMPDIR", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    kept["PATH"] = f"{bin_folder}{os.pathsep}{kept.get('PATH', '/usr/bin:/bin')}"
    kept |= {"HOME": str(here.parent / "home"), "WYVERN_COMPAT": "3.2", "COLUMNS": "80", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if group != "tutorial_cli":
        kept["DRAGONSRC"] = str(here / "dragonsrc")
    return kept


def python_with_numpy():
    """This interpreter, or Debian's when this one has no numpy."""
    return sys.executable if importlib.util.find_spec("numpy") else "/usr/bin/python3"


def make_raw_frames(folder):
    """The tutorial's 46 raw frames as the transcripts' commands had them; made once.

    numpy's exponentials and powers depend on the processor in their last bit (AVX-512 has functions of its own), which
    turns a pixel of the 48 million to the next step now and then. So a frame in ten may differ, not the simulator.
    """
    wanted = dict(reversed(line.split()) for line in (SHARED / "golden/tutorial/raw.sha256").read_text().splitlines())
    done = folder / "complete"
    if not done.exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([python_with_numpy(), str(SHARED / "sim/simulate_gnirs.py"), str(folder), "--preset", "tutorial"],
                       check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        other = [name for name, digest in wanted.items()
                 if hashlib.sha256((folder / "playdata" / name).read_bytes()).hexdigest() != digest]
        if 10 * len(other) > len(wanted):
            raise ValueError(f"{len(other)} of {len(wanted)} frames are not those of the transcripts: {' '.join(other)}")
        done.touch()
    return folder / "playdata"


def configured(playground, group):
    """The configuration of a group, naming the database in its playground."""
    place = playground.parent / "home/.dragons/dragonsrc" if group == "tutorial_cli" else playground / "dragonsrc"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"[calibs]\ndatabases = {playground}/cal_manager.db get\n")


def make_products(bin_folder, work, raw):
    """The tutorial's products as these commands make them; made again when the program is newer."""
    folder, program = work / "products", (bin_folder / "wyvern").resolve()
    done = folder / "complete"
    if done.exists() and done.stat().st_mtime > program.stat().st_mtime:
        return folder / "playground"
    playground = empty_playground(work, "products", raw)
    configured(playground, "products")
    frames = {"dark": "N20120102S05??", "flat": "N20120117S003[4-9] N20120117S004?", "sci": "N20120117S00[12]? N20120117S003[0-3]"}
    patterns = {kind: " ".join(f"../playdata/{name}.fits" for name in names.split()) for kind, names in frames.items()}
    for command in ("caldb init", f"reduce {patterns['dark']}", f"caldb add {DARK}", f"reduce {patterns['flat']}",
                    f"caldb add {FLAT}", f"reduce {patterns['sci']} --user_cal processed_dark:{DARK}"):
        streams, status = run(command, playground, environment(bin_folder, "products", playground))
        if status:
            raise ValueError(f"{command}: exit status {status}\n{streams['stderr']}")
    done.touch()
    return playground


def empty_playground(work, group, raw):
    shutil.rmtree(work / group, ignore_errors=True)
    playground = work / group / "playground"
    playground.mkdir(parents=True)
    (work / group / "playdata").mkdir()
    for frame in raw.glob("*.fits"):
        os.link(frame, work / group / "playdata" / frame.name)
    return playground


def prepared_playground(bin_folder, work, group, raw):
    """The folder as it was before the first command of the group."""
    playground = empty_playground(work, group, raw)
    configured(playground, group)
    if group == "tutorial_cli":
        return playground
    products = make_products(bin_folder, work, raw)
    if group == "info":
        place = work / group / "products"
        place.mkdir()
        for file in products.glob("*.fits"):
            shutil.copy2(file, place)
        shutil.copytree(products / "calibrations", place / "calibrations")
        return playground
    for name in (DARK, FLAT, IMAGE) if group == "caldb" else (DARK, FLAT):
        shutil.copy2(products / name, playground)
    env = environment(bin_folder, group, playground)
    run("caldb init", playground, env)
    if group == "caldb":
        (playground / "junk.fits").write_text("this is no FITS file\n")
        (playground / "sub").mkdir()
        shutil.copy2(products / DARK, playground / "sub/copy_dark.fits")
    else:
        run(f"caldb add {DARK} {FLAT}", playground, env)
        (playground / "empty.lis").write_text("")
    return playground


def replay(bin_folder, work, group, raw):
    """Runs a group: name of each transcript -> lines of difference, empty when it agrees."""
    folder = SHARED / "golden/transcripts" / group
    known = sorted(path.stem for path in folder.glob("*.txt"))
    order = ORDER[group] or known
    if sorted(order) != known:
        raise ValueError(f"{group}: transcripts without a place in the order, or the reverse: {set(order) ^ set(known)}")
    playground = prepared_playground(bin_folder, work, group, raw)
    env = environment(bin_folder, group, playground)
    ours = [("/data/playground", playground), ("../playdata", work / group / "playdata"),
            ("../products", work / group / "products")]
    result = {}
    for name in order:
        command, expected, status = parse((folder / f"{name}.txt").read_text())
        streams, now = run(command, playground, env)
        lines = []
        for stream, text in streams.items():
            wanted = normalised(command, "".join(line + "\n" for line in expected[stream]), [("", "/opt/dragons/")])
            lines += difflib.unified_diff(wanted, normalised(command, text, ours), f"{stream} reference", f"{stream} now",
                                          lineterm="", n=1)
        if now != status:
            lines.append(f"exit status: reference {status}, now {now}")
        result[f"{group}/{name}"] = [f"$ {command}", *lines] if lines else []
    return result


def expected_differences():
    """Transcript -> reason, of the list."""
    reasons = {}
    for line in DIFFERENCES.read_text().splitlines():
        if line and not line.startswith("#"):
            name, reason = line.split(None, 1)
            if name in reasons:
                raise ValueError(f"{DIFFERENCES.name}: {name} is listed twice")
            reasons[name] = reason
    return reasons


def table():
    rows = [f"| `{name}` | {reason} |\n" for name, reason in sorted(expected_differences().items())]
    return "| transcript | why it differs |\n|---|---|\n" + "".join(rows)


def parity_with_table(text):
    start, end = text.index(TABLE_START) + len(TABLE_START), text.index(TABLE_END)
    return text[:start] + table() + text[end:]


def judge(found, listed):
    """Prints the counts and what is not as listed; how many are not."""
    wrong = 0
    for group in dict.fromkeys(name.split("/")[0] for name in found):
        members = [name for name in found if name.startswith(group + "/")]
        agree = sum(not found[name] for name in members)
        print(f"{group}: {agree} of {len(members)} agree")
        for name in members:
            if found[name] and name not in listed:
                print(f"  {name} differs and is not in {DIFFERENCES.name}")
                wrong += 1
            elif not found[name] and name in listed:
                print(f"  {name} agrees now: take it out of {DIFFERENCES.name}")
                wrong += 1
    print(f"all: {sum(not lines for lines in found.values())} of {len(found)} agree")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="GROUP", help=f"{', '.join(ORDER)}, or a transcript: GROUP/NAME")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin", help="folder of the commands")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/transcripts", help="folder to work in")
    parser.add_argument("--diff", action="store_true", help="show what differs")
    parser.add_argument("--lines", type=int, default=30, help="at most so many lines of each difference")
    parser.add_argument("--write-table", action="store_true", help="write differences.txt into docs/parity.md")
    parser.add_argument("--check-table", action="store_true", help="check that docs/parity.md has it")
    given = parser.parse_args()
    text = PARITY.read_text()
    if given.write_table:
        PARITY.write_text(parity_with_table(text))
        return 0
    if text != parity_with_table(text):
        print(f"docs/parity.md has not the table of {DIFFERENCES.name}: tests/transcripts/run.py --write-table")
        return 1
    if given.check_table:
        return 0
    if not (SHARED / "golden/transcripts").is_dir():
        print("skipped: no reference data")
        return SKIPPED
    bin_folder, work = given.bin.resolve(), given.work.resolve()
    groups = list(dict.fromkeys(name.split("/")[0] for name in given.names)) or list(ORDER)
    raw = make_raw_frames(work / "raw")
    found = {}
    for group in groups:
        found |= replay(bin_folder, work, group, raw)
    single = [name for name in given.names if "/" in name]
    if single:
        found = {name: found[name] for name in single}
    if given.diff or single:
        for name, lines in found.items():
            if lines:
                more = len(lines) - given.lines
                print("\n".join([f"== {name}", *lines[:given.lines], *([f"… {more} more lines"] if more > 0 else []), ""]))
    return 1 if judge(found, expected_differences()) else 0


if __name__ == "__main__":
    sys.exit(main())
