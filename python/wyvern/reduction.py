# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Whole reductions: the class Reduce of DRAGONS' recipe system, and the function reduce()."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from . import _core, _progress, logs

Parameters = Union[Mapping[str, Any], Sequence[Any]]
Events = Callable[..., None]


def parameter_list(given: Optional[Parameters]) -> List[Tuple[str, Any]]:
    """Parameters of a user as (name, value): from a dictionary, (name, value) tuples, or
    "name=value" texts as after -p."""
    if given is None:
        return []
    if isinstance(given, Mapping):
        return [(str(name), value) for name, value in given.items()]
    if isinstance(given, str):
        given = [given]
    pairs = []
    for item in given:
        if isinstance(item, str):
            name, equals, value = item.partition("=")
            if not equals:
                raise ValueError(f"parameter {item!r}: name=value is expected")
            pairs.append((name.strip(), value.strip()))
        else:
            name, value = item
            pairs.append((str(name), value))
    return pairs


def normalize_ucals(*args: Any) -> Dict[str, str]:
    """The calibrations of a user, ["processed_dark:FILE", …], as a dictionary type -> file; the
    files are opened and must be of that type (InputError). Takes `(cals)` and, as earlier versions
    of DRAGONS, `(files, cals)`. None gives an empty dictionary."""
    if not 1 <= len(args) <= 2:
        raise TypeError(f"normalize_ucals() takes 1 or 2 arguments but {len(args)} were given")
    cals = args[-1]
    if cals is None:
        return {}
    if isinstance(cals, Mapping):
        return _calibrations(cals)
    if isinstance(cals, str):
        cals = [cals]
    return dict(_core.parse_user_calibrations([str(cal) for cal in cals]))


def _calibrations(given: Optional[Mapping[Any, Any]]) -> Dict[str, str]:
    """type -> file; keys (anything, type), as early versions had them, too."""
    return {str(key[-1] if isinstance(key, tuple) else key): os.fspath(path)
            for key, path in (given or {}).items()}


class Reduce:
    """One reduction, or several in turn: set `files` and call `runr()`.

    files: names, or wyvern.AstroData objects are not taken here (see wyvern.Primitives).
    recipename: a recipe, a primitive, "file.py.function", "module.function", or a function.
    mode: "sq", "ql" or "qa". suffix: of the outputs. ucals: type -> file.
    uparms: {"primitive:parameter": value}, or a list of such pairs.
    threads: 0 for all that the process may use. output_dir: None for the working folder.
    max_memory: bytes, or text like "512M"; None for half of what is free. What is beyond it waits
    in a file without a name in work_dir (None: the folder of the products).
    strict: a frame that cannot be used is an error; else it is set aside, with a warning, and the
    others are reduced: see set_aside.
    events: called with ("step_starts", primitive), ("frames_done", done, all) and
    ("step_ends", primitive); maybe from other threads.
    """

    def __init__(self, sys_args: Any = None) -> None:
        given = sys_args

        def of(name: str, default: Any) -> Any:
            value = getattr(given, name, None)
            return default if value is None else value

        self.files: List[str] = list(of("files", []))
        self.recipename: Any = of("recipename", "_default")
        self.mode: str = of("mode", "sq")
        self.drpkg: str = of("drpkg", "geminidr")
        self.adpkg: Optional[str] = of("adpkg", None)
        self.suffix: Optional[str] = of("suffix", None)
        self.ucals: Mapping[Any, Any] = normalize_ucals(of("user_cal", None))
        self.uparms: Parameters = parameter_list(of("userparam", None))
        self.config_file: Optional[str] = of("config", None)
        self.upload = of("upload", None)
        self.threads: int = of("threads", 0)
        self.output_dir: Optional[str] = of("output_dir", None)
        self.max_memory: Union[int, str, None] = of("max_memory", None)
        self.work_dir: Optional[str] = of("work_dir", None)
        self.compat: bool = of("compat", False)
        self.strict: bool = of("strict", False)
        self.events: Optional[Events] = None
        self._outputs: Optional[List[str]] = None
        self._set_aside: List[Dict[str, str]] = []

    @property
    def upload(self) -> Optional[List[str]]:
        """What is uploaded: a list of words; text is split at commas."""
        return self._upload

    @upload.setter
    def upload(self, what: Union[str, Iterable[str], None]) -> None:
        if isinstance(what, str):
            what = [word.strip().lower() for word in what.split(",") if word.strip()]
        self._upload = None if what is None else list(what)

    @property
    def output_filenames(self) -> Optional[List[str]]:
        """Names of the products of the last runr(), in the order of the main stream."""
        return None if self._outputs is None else list(self._outputs)

    @property
    def set_aside(self) -> List[Dict[str, str]]:
        """The frames that the last runr() went on without, in the order in which they were found:
        {"file": …, "primitive": … ("" before the work), "reason": …}."""
        return [dict(frame) for frame in self._set_aside]

    def _settings(self) -> Dict[str, Any]:
        files: Sequence[Any] = [self.files] if isinstance(self.files, (str, os.PathLike)) else self.files
        return {"files": [os.fspath(name) for name in files],
                "recipe": self._recipe(),
                "mode": self.mode,
                "parameters": parameter_list(self.uparms),
                "calibrations": _calibrations(self.ucals),
                "suffix": self.suffix,
                "config": None if self.config_file is None else os.fspath(self.config_file),
                "compat": bool(self.compat),
                "strict": bool(self.strict),
                "threads": int(self.threads or 0),
                "output_dir": os.fspath(self.output_dir) if self.output_dir else "",
                "max_memory": "" if self.max_memory is None else str(self.max_memory),
                "work_dir": os.fspath(self.work_dir) if self.work_dir else ""}

    def _recipe(self) -> Any:
        """A name for the core, or what runs a recipe in Python."""
        if self.recipename is None:
            raise TypeError("recipename is None: a name or a function is needed")
        if isinstance(self.recipename, str) and "." not in self.recipename:
            return self.recipename
        from ._user_code import recipe_of

        return recipe_of(self.recipename)

    def runr(self) -> None:
        """Runs the recipe; `output_filenames` then names the products. Raises wyvern.Error: what
        is wrong is in its text. Frames in progress are saved as *_crash.fits when a recipe fails.
        """
        self._outputs = None
        self._set_aside = []
        settings = self._settings()
        with logs.fallback(), _progress.bar(self.events) as events:
            recipe, outputs = _core.reduce(settings, logs.emit, events, self._set_aside)
        self._outputs = [path if self.output_dir else os.path.basename(path) for path in outputs]
        self.recipe = recipe


def reduce(files: Union[str, Iterable[str]], recipename: Any = "_default", *, mode: str = "sq",
           uparms: Optional[Parameters] = None, ucals: Optional[Mapping[Any, Any]] = None,
           suffix: Optional[str] = None, config_file: Optional[str] = None, threads: int = 0,
           output_dir: Optional[str] = None, compat: bool = False,
           max_memory: Union[int, str, None] = None, work_dir: Optional[str] = None,
           strict: bool = False, events: Optional[Events] = None) -> List[str]:
    """Reduces files in one call and gives the names of the products. Arguments: see Reduce."""
    work = Reduce()
    work.files = [files] if isinstance(files, (str, os.PathLike)) else list(files)
    work.recipename, work.mode, work.suffix = recipename, mode, suffix
    work.uparms = parameter_list(uparms)
    work.ucals = ucals or {}
    work.config_file, work.threads, work.output_dir = config_file, threads, output_dir
    work.compat, work.strict, work.events = compat, strict, events
    work.max_memory, work.work_dir = max_memory, work_dir
    work.runr()
    return work.output_filenames or []
