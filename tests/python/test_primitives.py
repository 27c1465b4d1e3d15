# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Primitives step by step; recipes and primitives of users in Python files."""

import glob
import os
import pathlib
import subprocess

import numpy as np
import pytest

import wyvern
from wyvern import Primitives, primitive
from wyvern._declarations import parameter


@pytest.fixture
def darks(kinds):
    return [wyvern.open(file) for file in kinds["darks"]]


@primitive
def subtractColumnMedian(p, adinputs=None, suffix="_columnsSubtracted",
                         scale=parameter(1.0, "Part that is subtracted", range="[0,1]")):
    """Subtracts the median of each column."""
    for ad in adinputs:
        for ext in ad:
            ext.data -= np.float32(scale) * np.median(ext.data, axis=0)
        ad.update_filename(suffix=suffix, strip=True)
        p.log.stdinfo(f"Subtracted columns of {ad.filename}")
    return adinputs


def myreduce(p):
    p.prepare()
    p.subtractColumnMedian()


FILE = pathlib.Path(__file__).read_text().split("# --- end of the recipe file")[0]


# --- end of the recipe file


@pytest.fixture
def recipes(workplace):
    """A recipe file in the working folder."""
    start = FILE.index("@primitive\ndef subtractColumnMedian")
    text = FILE[start:FILE.index("FILE = pathlib")]
    head = "import numpy as np\nimport wyvern\nfrom wyvern import parameter, primitive\n\n"
    more = """
def broken(p):
    p.prepare()
    raise ValueError("the user's mistake")


class Mine(wyvern.Primitives):
    tagset = {"GNIRS"}

    def addOne(self, adinputs=None, suffix="_oneAdded", term: int = 1):
        for ad in adinputs:
            ad.add(term)
            ad.update_filename(suffix=suffix, strip=True)
        return adinputs


def withClass(p):
    p.prepare()
    p.addOne(term=3)


_default = withClass
"""
    (workplace / "myrecipes.py").write_text(head + text + more)
    return workplace / "myrecipes.py"


def history(ad):
    return [str(name) for name in ad.HISTORY["primitive"]]


def test_step_by_step(darks):
    p = Primitives(darks)
    p.prepare()
    p.addDQ(add_illum_mask=False)
    p.ADUToElectrons()
    p.addVAR(read_noise=True)
    made = p.stackDarks(operation="median")
    assert len(made) == 1 and made[0][0].variance is not None
    assert p.streams["main"][0].filename == made[0].filename
    assert history(made[0]) == ["prepare", "addDQ", "ADUToElectrons", "addVAR", "stackDarks"]
    assert '"operation": "median"' in made[0].HISTORY["args"][-1]


def test_steps_give_what_the_recipe_gives(kinds, tmp_path, darks):
    """makeProcessedDark by hand."""
    p = Primitives(darks, output_dir=str(tmp_path))
    p.prepare()
    p.addDQ(add_illum_mask=False)
    p.addVAR(read_noise=True)
    p.ADUToElectrons()
    p.addVAR(poisson_noise=True)
    by_hand = p.stackDarks()[0]
    recipe = wyvern.open(wyvern.reduce(kinds["darks"], output_dir=tmp_path)[0])
    assert by_hand[0].shape == recipe[0].shape
    assert np.array_equal(by_hand[0].data, recipe[0].data)


def test_the_array_is_the_frame_that_is_worked_on(darks):
    p = Primitives(darks[:1])
    p.prepare()
    ad = p.streams["main"][0]
    ad[0].data[:] = 5
    assert p.stackDarks()[0][0].data.max() == 5


def test_given_frames_leave_streams_alone(darks):
    p = Primitives(darks)
    made = p.prepare(adinputs=[wyvern.open(darks[0].path)])
    assert made[0].filename.endswith("_prepared.fits") and len(made) == 1
    assert len(p.streams["main"]) == len(darks) and history_of_none(p.streams["main"][0])


def history_of_none(ad):
    return "HISTORY" not in ad


def test_streams(darks):
    p = Primitives(darks)
    p.prepare(outstream="copy")
    assert set(p.streams.keys()) == {"main", "copy"} and "copy" in p.streams
    assert p.streams["copy"][0].filename.endswith("_prepared.fits")
    assert not p.streams["main"][0].filename.endswith("_prepared.fits")
    p.streams["copy"] = p.streams["copy"][:1]
    assert len(p.streams["copy"]) == 1
    with pytest.raises(KeyError):
        p.streams["none"]


def test_uparms_are_heeded(darks):
    p = Primitives(darks, uparms={"stackDarks:operation": "median"})
    p.prepare()
    assert '"operation": "median"' in p.stackDarks()[0].HISTORY["args"][-1]


@pytest.mark.parametrize("arguments, text", [({"nosuch": 1}, "nosuch"), ({"hsigma": -1}, "hsigma"),
                                             ({"operation": "nosuch"}, "nosuch")])
def test_wrong_parameters(darks, arguments, text):
    p = Primitives(darks)
    with pytest.raises(wyvern.RecipeError, match=text):
        p.stackDarks(**arguments)


def test_what_frames_are_not():
    with pytest.raises(wyvern.InputError):
        Primitives([])
    with pytest.raises(TypeError, match="a list of whole AstroData"):
        Primitives(["x.fits"])
    with pytest.raises(wyvern.RecipeError, match="no primitives are known"):
        Primitives([wyvern.create({})])


def test_a_slice_is_no_frame(darks):
    with pytest.raises(TypeError, match="not a slice"):
        Primitives(darks[0][0])


def test_unknown_primitive(darks):
    with pytest.raises(AttributeError, match="nosuch"):
        Primitives(darks).nosuch()


def test_every_native_primitive_is_documented(darks):
    p = Primitives(darks)
    assert "stackDarks" in p.primitives
    assert all(getattr(Primitives, name).__doc__ for name in p.primitives)
    names = [parameter["name"] for parameter in p.parameters("stackDarks")]
    assert "operation" in names and "hsigma" in names


# --- primitives of one's own --------------------------------------------------------------------


class Mine(Primitives):
    tagset = {"NOT LOOKED FOR"}  # recipes in this file do without

    def double(self, adinputs=None, suffix="_double", factor=2.0):
        for ad in adinputs:
            ad.multiply(factor)
            ad.update_filename(suffix=suffix, strip=True)
        return adinputs

    def prepare(self, adinputs=None, **params):
        self.log.stdinfo("mine")
        adinputs = super().prepare(adinputs)
        return self.double(adinputs, factor=3.0)

    def forgets(self, adinputs=None):
        pass

    def fails(self, adinputs=None):
        raise LookupError("inside")


def test_a_subclass(darks):
    before = darks[0][0].data.copy()
    p = Mine(darks)
    p.double()
    assert np.array_equal(p.streams["main"][0][0].data, 2 * before)
    assert history(p.streams["main"][0]) == ["double"]
    assert p.streams["main"][0].HISTORY["args"][0] == '{"suffix": "_double", "factor": 2.0}'
    with pytest.raises(wyvern.RecipeError, match="factor"):
        p.double(factor="many")


def test_a_native_primitive_can_be_wrapped(darks, caplog):
    before = darks[0][0].data.copy()
    p = Mine(darks)
    with caplog.at_level(1, "wyvern"):
        p.prepare()
    assert np.array_equal(p.streams["main"][0][0].data, 3 * before)
    lines = [record.getMessage() for record in caplog.records]
    assert lines.index("   mine") < lines.index("      PRIMITIVE: prepare")
    assert lines.count("      PRIMITIVE: double") == 1


def test_a_primitive_that_returns_nothing(darks):
    with pytest.raises(TypeError, match="primitive forgets: .* 'return adinputs'"):
        Mine(darks).forgets()


def test_an_exception_inside(darks):
    p = Mine(darks)
    with pytest.raises(LookupError, match="inside") as caught:
        p.fails()
    assert "in the primitive fails" in getattr(caught.value, "__notes__", ["in the primitive fails"])
    assert len(p.double()) == len(darks)


def test_declarations_that_make_no_sense():
    with pytest.raises(TypeError, match="begin with"):
        primitive(lambda ad: ad)
    with pytest.raises(ValueError, match="range"):
        parameter(1.0, range="0..1")
    with pytest.raises(TypeError, match="no default"):
        @primitive
        def f(p, adinputs, x):
            return adinputs


# --- recipes ------------------------------------------------------------------------------------


def columns_are_subtracted(path, raw):
    mine, before = wyvern.open(path), wyvern.open(raw)[0].data
    expected = before - np.median(before, axis=0).astype(np.float32)
    assert np.allclose(mine[0].data, expected, atol=1e-3)
    assert history(mine)[-1] == "subtractColumnMedian"
    assert '"scale": 1.0' in mine.HISTORY["args"][-1]


@pytest.mark.parametrize("recipe", [myreduce, "{}.myreduce", "myrecipes.py.myreduce",
                                    "myrecipes.myreduce"])
def test_a_recipe_from_reduce(kinds, recipes, recipe):
    name = recipe.format(recipes) if isinstance(recipe, str) else recipe
    made = wyvern.reduce(kinds["darks"][:2], name)
    assert made == [pathlib.Path(kinds["darks"][k]).stem + "_columnsSubtracted.fits"
                    for k in range(2)]
    columns_are_subtracted(made[0], kinds["darks"][0])


def test_a_class_in_a_recipe_file(kinds, recipes):
    made = wyvern.reduce(kinds["darks"][:1], str(recipes))
    raw = wyvern.open(kinds["darks"][0])[0].data
    assert np.array_equal(wyvern.open(made[0])[0].data, raw + 3)


def test_parameters_of_a_recipes_primitives(kinds, recipes):
    made = wyvern.reduce(kinds["darks"][:1], "myrecipes.myreduce",
                         uparms={"subtractColumnMedian:scale": 0.5})
    assert '"scale": 0.5' in wyvern.open(made[0]).HISTORY["args"][-1]
    with pytest.raises(wyvern.RecipeError, match="scale"):
        wyvern.reduce(kinds["darks"][:1], "myrecipes.myreduce", uparms={"scale": 2})


def test_a_recipe_that_fails(kinds, recipes):
    with pytest.raises(ValueError, match="the user's mistake"):
        wyvern.reduce(kinds["darks"][:1], "myrecipes.broken")
    assert len(glob.glob("*_crash.fits")) == 1


@pytest.mark.parametrize("name, text", [("myrecipes.nosuch", "defines no nosuch; it has"),
                                        ("none.py.f", "is no file"), ("nosuch.f", "neither a file")])
def test_recipes_that_are_not_there(kinds, recipes, name, text):
    with pytest.raises(wyvern.RecipeError, match=text):
        wyvern.reduce(kinds["darks"][:1], name)


def test_a_file_that_is_no_python(kinds, workplace):
    (workplace / "bad.py").write_text("def f(:\n")
    with pytest.raises(wyvern.RecipeError, match="bad.py, line 1: SyntaxError"):
        wyvern.reduce(kinds["darks"][:1], "bad.py.f")


DRAGONS = """
from geminidr.gnirs.primitives_gnirs import GNIRS
from gempy.gemini import gemini_tools as gt
from recipe_system.utils.decorators import capture_provenance, parameter_override
import parameters_mine


@parameter_override
@capture_provenance
class Mine(GNIRS):
    tagset = {"GEMINI", "GNIRS"}

    def __init__(self, adinputs, **kwargs):
        super().__init__(adinputs, **kwargs)
        self._param_update(parameters_mine)

    def addBias(self, adinputs=None, **params):
        log = self.log
        log.debug(gt.log_message("primitive", self.myself(), "starting"))
        for ad in adinputs:
            ad.add(params["level"])
            gt.mark_history(ad, primname=self.myself(), keyword=self.timestamp_keys["addBias"])
            ad.update_filename(suffix=params["suffix"], strip=True)
        return adinputs


def biased(p):
    p.prepare()
    p.addBias()
"""

PARAMETERS = """
from gempy.library import config


class addBiasConfig(config.Config):
    suffix = config.Field("Filename suffix", str, "_biased", optional=True)
    level = config.RangeField("Level", float, 10., min=0, inclusiveMin=True)
"""


def test_a_file_made_for_dragons(kinds, workplace):
    (workplace / "dragons_style.py").write_text(DRAGONS)
    (workplace / "parameters_mine.py").write_text(PARAMETERS)
    made = wyvern.reduce(kinds["darks"][:1], "dragons_style.biased", uparms={"addBias:level": 4})
    ad = wyvern.open(made[0])
    assert made[0].endswith("_biased.fits") and "ADDBIAS" in ad.phu
    assert np.array_equal(ad[0].data, wyvern.open(kinds["darks"][0])[0].data + 4)
    with pytest.raises(wyvern.RecipeError, match="level"):
        wyvern.reduce(kinds["darks"][:1], "dragons_style.biased", uparms={"addBias:level": -4})


# --- from the command line ----------------------------------------------------------------------


@pytest.fixture
def command(workplace):
    program = os.environ.get("WYVERN_BIN")
    if not program:
        pytest.skip("no commands here")

    def run(name, *arguments):
        return subprocess.run([f"{program}/{name}", *arguments], capture_output=True, text=True,
                              timeout=100)

    return run


def test_a_recipe_from_the_command_line(command, kinds, recipes):
    done = command("reduce", *kinds["darks"][:2], "-r", "myrecipes.py.myreduce")
    assert done.returncode == 0, done.stderr
    made = pathlib.Path(kinds["darks"][0]).stem + "_columnsSubtracted.fits"
    columns_are_subtracted(made, kinds["darks"][0])
    log = pathlib.Path("reduce.log").read_text()
    assert log.count("PRIMITIVE: subtractColumnMedian\n") == 1
    assert log.count(f"Subtracted columns of {made}\n") == 1


def test_a_mistake_in_a_recipe_on_the_command_line(command, kinds, recipes):
    done = command("reduce", *kinds["darks"][:1], "-r", "myrecipes.broken")
    assert done.returncode == 5
    assert "in broken: ValueError: the user's mistake" in done.stderr
    assert "Traceback" not in done.stderr
    done = command("reduce", *kinds["darks"][:1], "-r", "myrecipes.nosuch")
    assert done.returncode == 3 and "defines no nosuch" in done.stderr


def test_showpars_knows_a_users_primitive(command, kinds, recipes):
    done = command("showpars", kinds["darks"][0], "myrecipes.py.subtractColumnMedian")
    assert done.returncode == 0
    assert "scale                1.0                  Part that is subtracted" in done.stdout
    assert "Valid Range = [0,1]" in done.stdout
