# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Reduce, calibrations, logging: scripts in the manner of DRAGONS' tutorial."""

import glob
import os
import pathlib
import re
import subprocess

import numpy as np
import pytest

import wyvern
from conftest import assert_same, planes
from gempy.utils import logutils
from recipe_system import cal_service
from recipe_system.reduction.coreReduce import Reduce
from recipe_system.utils.reduce_utils import normalize_ucals

TUTORIAL = """
import sys
from recipe_system.reduction.coreReduce import Reduce
from recipe_system import cal_service
from gempy.adlibrary import dataselect
from gempy.utils import logutils
from recipe_system.utils.reduce_utils import normalize_ucals
logutils.config(file_name='gnirs_tutorial.log')
caldb = cal_service.set_local_database()
caldb.init()
all_files = sys.argv[1:]
all_files.sort()
darks60 = dataselect.select_data(all_files, ['DARK'], [], dataselect.expr_parser('exposure_time==60'))
flats = dataselect.select_data(all_files, ['FLAT'])
target = dataselect.select_data(all_files, [], [], dataselect.expr_parser('object=="GRB120116A"'))
reduce_darks = Reduce()
reduce_darks.files.extend(darks60)
reduce_darks.runr()
caldb.add_cal(reduce_darks.output_filenames[0])
reduce_flats = Reduce()
reduce_flats.files.extend(flats)
reduce_flats.runr()
caldb.add_cal(reduce_flats.output_filenames[0])
for f in caldb.list_files():
    print(f.name, f.path)
mycalibrations = ['processed_dark:' + reduce_darks.output_filenames[0]]
reduce_target = Reduce()
reduce_target.files.extend(target)
ucals_dict = normalize_ucals(reduce_target.files, mycalibrations)
reduce_target.ucals = ucals_dict
reduce_target.runr()
print(*reduce_darks.output_filenames, *reduce_flats.output_filenames, *reduce_target.output_filenames)
"""


def test_the_tutorial(python, night, products, workplace):
    done = python(TUTORIAL, *night)
    names = done.stdout.splitlines()[-1].split()
    assert names == [os.path.basename(products[kind]) for kind in ("dark", "flat", "image")]
    for name, kind in zip(names, ("dark", "flat", "image")):
        assert_same(workplace / name, products[kind])
    assert done.stdout.splitlines()[0] == f"{names[0]} {workplace}"
    screen = done.stderr.splitlines()
    assert sum("PRIMITIVE: skyCorrect" in line for line in screen) == 1
    log = (workplace / "gnirs_tutorial.log").read_text().splitlines()
    stamped = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]+ +- ")
    assert all(stamped.match(line) for line in log)
    assert sum("PRIMITIVE: skyCorrect" in line for line in log) == 1


def test_the_command_gives_the_same(kinds, products, workplace):
    program = os.environ.get("WYVERN_BIN")
    if not program:
        pytest.skip("no commands here")
    calibrations = [f"processed_dark:{products['dark']}", f"processed_flat:{products['flat']}"]
    subprocess.run([f"{program}/reduce", *kinds["science"], "--user_cal", *calibrations],
                   check=True, capture_output=True)
    name = os.path.basename(products["image"])
    assert_same(name, products["image"])


def test_reduce_defaults():
    work = Reduce()
    assert (work.files, work.recipename, work.mode, work.suffix, work.ucals, work.uparms,
            work.upload, work.output_filenames) == ([], "_default", "sq", None, {}, [], None, None)
    work.upload = "Metrics, calibs"
    assert work.upload == ["metrics", "calibs"]


def test_reduce_from_arguments(kinds):
    class Arguments:
        files = kinds["darks"]
        userparam = ["stackDarks:operation=median"]
        suffix = "_x"

    work = Reduce(Arguments())
    assert work.files == kinds["darks"] and work.suffix == "_x"
    assert work.uparms == [("stackDarks:operation", "median")]


def history(path, primitive):
    rows = wyvern.open(path).HISTORY
    return [row["args"] for row in rows if row["primitive"] == primitive]


@pytest.mark.parametrize("uparms", [{"stackDarks:operation": "median"},
                                    [("stackDarks:operation", "median")],
                                    ["stackDarks:operation=median"]])
def test_forms_of_parameters(kinds, tmp_path, uparms):
    made = wyvern.reduce(kinds["darks"], uparms=uparms, output_dir=tmp_path)
    assert '"operation": "median"' in history(made[0], "stackDarks")[0]


def test_a_reduce_can_be_used_again(kinds, workplace):
    work = Reduce()
    work.files = kinds["darks"]
    work.runr()
    first = planes(work.output_filenames[0])
    work.suffix = "_again"
    work.runr()
    assert work.output_filenames[0].endswith("_again.fits")
    assert np.array_equal(first[0][0], planes(work.output_filenames[0])[0][0])


def test_output_dir_is_made(kinds, tmp_path):
    made = wyvern.reduce(kinds["darks"][:2], output_dir=tmp_path)
    assert made[0].startswith(str(tmp_path)) and os.path.exists(made[0])


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_give_the_same(kinds, products, tmp_path, threads):
    made = wyvern.reduce(kinds["darks"], threads=threads, output_dir=tmp_path)
    assert_same(made[0], products["dark"])


@pytest.mark.parametrize("size", ["64M", 64 << 20])
def test_little_memory_gives_the_same(kinds, products, tmp_path, size):
    made = wyvern.reduce(kinds["science"], output_dir=tmp_path, max_memory=size,
                         ucals={"processed_dark": products["dark"],
                                "processed_flat": products["flat"]})
    assert_same(made[0], products["image"])
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".fits"] * 2


def test_memory_must_be_a_size(kinds, tmp_path):
    with pytest.raises(ValueError, match="max_memory: lots"):
        wyvern.reduce(kinds["darks"], output_dir=tmp_path, max_memory="lots")


def test_own_primitives_work_in_little_memory(kinds, products, workplace):
    pathlib.Path("mine.py").write_text("""
import numpy as np
from wyvern import primitive

@primitive
def subtractMedian(p, adinputs=None):
    for ad in adinputs:
        for ext in ad:
            ext.data -= np.median(ext.data)
    return adinputs

def calibrated(p):
    p.prepare()
    p.addDQ()
    p.ADUToElectrons()
    p.addVAR(read_noise=True, poisson_noise=True)
    p.subtractMedian()
    p.stackFrames()
""")
    made = [wyvern.reduce(kinds["science"], "mine.py.calibrated", suffix=f"_{size or 'all'}",
                          max_memory=size)[0] for size in (None, "64M")]
    assert_same(*made)


def test_a_single_primitive(kinds, workplace):
    work = Reduce()
    work.files, work.recipename = kinds["darks"][:1], "prepare"
    work.runr()
    assert work.output_filenames[0].endswith("_prepared.fits")


def broken(**changes):
    work = Reduce()
    for name, value in changes.items():
        setattr(work, name, value)
    return work


def test_no_files(workplace):
    with pytest.raises(wyvern.InputError, match="NO INPUT FILE"):
        broken().runr()


def test_files_that_are_not_there(workplace):
    with pytest.raises(OSError):
        broken(files=["none.fits"]).runr()


def test_an_unknown_recipe(kinds, workplace):
    with pytest.raises(wyvern.RecipeError, match="nosuch"):
        broken(files=kinds["darks"], recipename="nosuch").runr()


def test_no_recipe(kinds, workplace):
    with pytest.raises(TypeError):
        broken(files=kinds["darks"], recipename=None).runr()


@pytest.mark.parametrize("uparms, text", [({"nosuch": 1}, "nosuch"),
                                          ({"stackDarks:operation": "nosuch"}, "nosuch"),
                                          ({"stackDarks:hsigma": "many"}, "hsigma")])
def test_wrong_parameters(kinds, workplace, uparms, text):
    with pytest.raises(wyvern.RecipeError, match=text) as caught:
        broken(files=kinds["darks"], uparms=uparms).runr()
    assert caught.value.status == 3
    assert not glob.glob("*_crash.fits")


def test_a_missing_calibration(kinds, workplace):
    with pytest.raises(wyvern.CalibrationError) as caught:
        broken(files=kinds["science"]).runr()
    assert isinstance(caught.value, OSError)


def test_events(kinds, tmp_path):
    seen = []
    wyvern.reduce(kinds["darks"], output_dir=tmp_path, events=lambda *event: seen.append(event))
    started = [event[1] for event in seen if event[0] == "step_starts"]
    assert started[0] == "prepare" and "stackDarks" in started
    assert ("frames_done", len(kinds["darks"]), len(kinds["darks"])) in seen
    assert [event[1] for event in seen if event[0] == "step_ends"] == started


def test_an_exception_in_an_event_ends_the_reduction(kinds, tmp_path):
    def event(name, *_):
        raise LookupError("from " + name)

    with pytest.raises(LookupError, match="from step_starts"):
        wyvern.reduce(kinds["darks"], output_dir=tmp_path, events=event)


# --- user calibrations --------------------------------------------------------------------------


def test_normalize_ucals(kinds, products):
    given = [f"processed_dark:{products['dark']}"]
    expected = {"processed_dark": products["dark"]}
    assert normalize_ucals(given) == expected
    assert normalize_ucals(kinds["science"], given) == expected
    assert normalize_ucals(None) == {} and normalize_ucals(expected) == expected


@pytest.mark.parametrize("given", [["processed_dark"], ["processed_dark:none.fits"],
                                   ["nosuch:x.fits"]])
def test_normalize_ucals_refuses(given):
    with pytest.raises(wyvern.Error):
        normalize_ucals(given)


def test_normalize_ucals_looks_at_the_type(products):
    with pytest.raises(wyvern.InputError, match="processed_flat"):
        normalize_ucals([f"processed_flat:{products['dark']}"])


def test_keys_of_earlier_versions(kinds, products, tmp_path):
    keys = {("N1", "processed_dark"): products["dark"], ("N1", "processed_flat"): products["flat"]}
    made = wyvern.reduce(kinds["science"], ucals=keys, output_dir=tmp_path)
    assert_same(made[0], products["image"])


# --- the database -------------------------------------------------------------------------------


def test_local_database(workplace, products):
    caldb = cal_service.set_local_database()
    with pytest.raises(cal_service.LocalManagerError) as caught:
        list(caldb.list_files())
    assert caught.value.error_type == 4
    caldb.init()
    assert list(caldb.list_files()) == []
    with pytest.raises(cal_service.LocalManagerError, match="exists and won't be wiped") as caught:
        caldb.init()
    assert caught.value.error_type == 0
    assert caldb.add_cal(products["dark"]) is None
    name = os.path.basename(products["dark"])
    assert list(caldb.list_files()) == [(name, str(products["folder"]))]
    assert next(caldb.list_files()).name == name
    caldb.remove_cal(name)
    assert list(caldb.list_files()) == []
    with pytest.raises(OSError, match="Could not find any"):
        caldb.remove_cal(name)
    caldb.add_cal(products["dark"])
    caldb.init("w")
    assert list(caldb.list_files()) == []


def test_add_what_is_no_calibration(workplace, night):
    caldb = cal_service.set_local_database()
    caldb.init()
    with pytest.raises(OSError, match="File none.fits does not exist."):
        caldb.add_cal("none.fits")
    with pytest.raises(ValueError, match="Tags do not indicate this is a valid calibration file"):
        caldb.add_cal(night[0])
    assert list(caldb.list_files()) == []


def test_add_directory(workplace, products):
    caldb = cal_service.set_local_database()
    caldb.init()
    caldb.add_directory(products["folder"])
    names = [entry.name for entry in caldb.list_files()]
    assert os.path.basename(products["dark"]) in names and len(names) == 2
    with pytest.raises(OSError):
        caldb.add_directory("none")


def test_get_calibrations(workplace, products, kinds):
    caldb = cal_service.set_local_database()
    caldb.init()
    caldb.add_cal(products["flat"])
    ads = [wyvern.open(file) for file in kinds["science"]]
    for ad in ads:
        ad.phu["PREPARE"] = "done"
    found = caldb.get_processed_flat(ads)
    assert found.files == [products["flat"]] * len(ads)
    assert found.origins[0] == caldb.name and found.items()[0] == found[0]
    assert caldb.get_calibrations(ads[0], "processed_dark").files == [None]
    with pytest.raises(ValueError, match="Calibration type 'foo' not recognized"):
        caldb.get_calibrations(ads, "foo")
    with pytest.raises(AttributeError):
        caldb.get_foo


def test_two_databases_do_not_mix(workplace, products):
    one, two = cal_service.LocalDB("one.db"), cal_service.LocalDB("folder/")
    one.init()
    two.init()
    one.add_cal(products["dark"])
    assert len(list(one.list_files())) == 1 and list(two.list_files()) == []
    assert two.dbfile == "folder/cal_manager.db"


def test_a_database_that_is_none(workplace):
    pathlib.Path("x.db").write_text("junk")
    with pytest.raises(cal_service.LocalManagerError) as caught:
        list(cal_service.LocalDB("x.db").list_files())
    assert caught.value.error_type == 2


@pytest.mark.parametrize("text, error, message", [
    (None, OSError, "Cannot read config file."),
    ("[calibs]\n", ValueError, "No local database file is listed"),
    ("[calibs]\ndatabases = ./a.db\n  ./b.db\n", ValueError, "Multiple local database files")])
def test_configurations(workplace, monkeypatch, tmp_path, text, error, message):
    path = tmp_path / "rc"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("DRAGONSRC", str(path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(error, match=message):
        cal_service.set_local_database()


# --- the log ------------------------------------------------------------------------------------

LOGGED = """
import sys, logging
from recipe_system.reduction.coreReduce import Reduce
from gempy.utils import logutils
{setup}
work = Reduce()
work.files = sys.argv[1:]
work.runr()
"""


@pytest.mark.parametrize("setup, on_screen, in_file", [
    ("", 1, 0),
    ("logutils.config(file_name='x.log')", 1, 1),
    ("logutils.config(file_name='x.log'); logutils.config(file_name='x.log')", 1, 1),
    ("logutils.config(mode='quiet', file_name='x.log')", 0, 1),
    ("logutils.config(mode='debug', file_name='x.log')", 1, 1),
    ("logutils.config()", 1, 0),
    ("logging.basicConfig(level=1)", 1, 0),
    ("logging.basicConfig(level=1); logutils.config(file_name='x.log')", 1, 1),
    ("logutils.config(); logging.basicConfig(level=1)", 1, 0),
    ("logutils.config(); logging.getLogger().addHandler(logging.StreamHandler())", 1, 0),
    ("logging.getLogger('wyvern').addHandler(logging.StreamHandler());"
     "logging.getLogger('wyvern').setLevel(1)", 1, 0)])
def test_no_message_appears_twice(python, kinds, workplace, setup, on_screen, in_file):
    done = python(LOGGED.format(setup=setup), *kinds["darks"])
    log = pathlib.Path("x.log")
    assert (log.exists() and log.read_text().count("PRIMITIVE: stackDarks\n")) == in_file
    assert done.stderr.count("PRIMITIVE: stackDarks\n") == on_screen
    assert done.stderr.count("All submitted files appear valid:\n") == on_screen
    assert done.stdout == ""


def test_lines_are_those_of_the_command(python, kinds, workplace):
    program = os.environ.get("WYVERN_BIN")
    if not program:
        pytest.skip("no commands here")
    python(LOGGED.format(setup="logutils.config(file_name='x.log')"), *kinds["darks"])
    subprocess.run([f"{program}/reduce", *kinds["darks"]], check=True, capture_output=True)
    stamp = len("2026-01-01 00:00:00 ")
    mine, command = ([line[stamp:] for line in pathlib.Path(name).read_text().splitlines()]
                     for name in ("x.log", "reduce.log"))
    start = next(k for k, line in enumerate(command) if "All submitted files appear" in line)
    assert mine == command[start:start + len(mine)] and len(mine) > 50


def test_levels(capsys, monkeypatch):
    logger = logutils.get_logger("test")
    assert logutils.STDINFO == 21 and logutils.STATUS == 25 and logutils.FULLINFO == 15
    root = __import__("logging").getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    logutils.config()
    logger.stdinfo("one")
    logger.fullinfo("two")
    logger.status("three %d", 3)
    logger.warning("four")
    logger.warning("four")
    logger.warning("five")
    assert capsys.readouterr().err.splitlines() == [
        "one", "three 3", "WARNING - four", "WARNING - Last message repeated 2 times",
        "WARNING - five"]
    logutils.change_level("fullinfo")
    logger.fullinfo("six")
    assert capsys.readouterr().err == "six\n"
    with pytest.raises(NameError, match="Unknown mode"):
        logutils.config(mode="nosuch")


def test_stomp(workplace, monkeypatch):
    root = __import__("logging").getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    pathlib.Path("x.log").write_text("before\n")
    logutils.config(mode="quiet", file_name="x.log")
    assert pathlib.Path("x.log").read_text() == "before\n"
    logutils.config(mode="quiet", file_name="x.log", stomp=True)
    logutils.get_logger("test").warning("text")
    assert re.fullmatch(r"\S+ \S+ WARNING  - text\n", pathlib.Path("x.log").read_text())


# --- frames, simulated nights -------------------------------------------------------------------


def test_simulate_is_reproducible(tmp_path):
    one = wyvern.simulate(tmp_path / "1", "small", science=2, darks=1, flats=1)
    two = wyvern.simulate(tmp_path / "2", "small", science=2, darks=1, flats=1, threads=1)
    assert len(one.frames) == 5
    for a, b in zip(one.frames, two.frames):
        assert pathlib.Path(a).read_bytes() == pathlib.Path(b).read_bytes()
    with pytest.raises(wyvern.Error):
        wyvern.simulate(tmp_path / "3", "nosuch")
