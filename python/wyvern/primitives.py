# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Primitives step by step: on frames in memory, or in a recipe that is a Python function.

    p = wyvern.Primitives(ads)
    p.prepare()
    p.addDQ(add_illum_mask=False)
    frames = p.streams['main']

Primitives of one's own are methods of a subclass, or functions with @primitive, that take and give
a list of AstroData; their keyword arguments are parameters like those of any other primitive."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set

from . import _core, logs
from ._declarations import declared_in_config, declared_in_signature, is_primitive
from .astrodata import AstroData
from .reduction import Parameters, _calibrations, parameter_list

Frames = List[AstroData]


def _unwrap(frames: Any, where: str) -> List[Any]:
    """The core's frames of a list of AstroData."""
    if isinstance(frames, AstroData):
        frames = [frames]
    if frames is None:
        raise TypeError(f"{where}: a list of AstroData is needed, not None (a primitive ends with "
                        "'return adinputs')")
    cores = []
    for ad in frames:
        if not isinstance(ad, AstroData) or ad.is_sliced:
            what = "a slice" if isinstance(ad, AstroData) else f"a {type(ad).__name__}"
            raise TypeError(f"{where}: a list of whole AstroData objects is needed, not {what}")
        ad._flush()
        cores.append(ad._frame)
    return cores


def _wrap(frames: Iterable[Any]) -> Frames:
    return [AstroData(frame) for frame in frames]


class _Streams:
    """Streams by name: lists of frames."""

    def __init__(self, owner: "Primitives") -> None:
        self._owner = owner

    def __getitem__(self, name: str) -> Frames:
        return _wrap(self._owner._session.stream(name))

    def __setitem__(self, name: str, frames: Iterable[AstroData]) -> None:
        self._owner._session.set_stream(name, _unwrap(frames, f"stream {name}"))

    def __contains__(self, name: object) -> bool:
        return name in self.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.keys())

    def keys(self) -> List[str]:
        return list(self._owner._session.stream_names())


class _Log:
    """Messages of a primitive: they stand in the log where those of other primitives stand."""

    def __init__(self, owner: "Primitives") -> None:
        self._owner = owner

    def _say(self, level: int, text: object, args: Sequence[Any]) -> None:
        message = str(text) % tuple(args) if args else str(text)
        (self._owner._call or self._owner._session).log(level, message)

    def critical(self, text: object, *args: Any) -> None:
        self._say(50, text, args)

    def error(self, text: object, *args: Any) -> None:
        self._say(40, text, args)

    def warning(self, text: object, *args: Any) -> None:
        self._say(30, text, args)

    def status(self, text: object, *args: Any) -> None:
        self._say(logs.STATUS, text, args)

    def stdinfo(self, text: object, *args: Any) -> None:
        self._say(logs.STDINFO, text, args)

    def info(self, text: object, *args: Any) -> None:
        self._say(20, text, args)

    def fullinfo(self, text: object, *args: Any) -> None:
        self._say(logs.FULLINFO, text, args)

    def debug(self, text: object, *args: Any) -> None:
        self._say(10, text, args)


class _TimestampKeys:
    def __getitem__(self, primitive_name: str) -> str:
        return primitive_name.upper()[:8]


class _Step:
    """A primitive as an attribute: called, it runs on a stream, or on given frames."""

    def __init__(self, name: str, function: Optional[Callable[..., Any]], doc: str) -> None:
        self.name, self.function = name, function
        self.__doc__ = doc

    def __get__(self, owner: Optional["Primitives"], _: Any = None) -> Any:
        if owner is None:
            return self

        def step(adinputs: Optional[Frames] = None, *, stream: str = "main",
                 instream: Optional[str] = None, outstream: Optional[str] = None,
                 **parameters: Any) -> Frames:
            assert owner is not None
            return owner._run(self, adinputs, instream or stream, outstream or stream, parameters)

        step.__name__, step.__doc__ = self.name, self.__doc__
        return step


def primitive(function: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a primitive of a function `name(p, adinputs=None, parameter=default, …)` that gives the
    list of frames. Recipes in the same file call it as p.name(parameter=value); its parameters can
    be given with -p, and it shows in HISTORY."""
    if not is_primitive(function):
        raise TypeError(f"{getattr(function, '__name__', function)}: the arguments of a primitive "
                        "begin with (p, adinputs)")
    declared_in_signature(function)
    function.is_wyvern_primitive = True  # type: ignore[attr-defined]
    return function


class Primitives:
    """The primitives for a kind of data as methods. Each takes its parameters as keywords, and
    `stream`, or `instream` and `outstream`; it works on that stream ("main"), and gives the frames
    that it made. With `adinputs` it works on those and leaves streams alone.

    adinputs: frames of one kind, the first decides which. mode: "sq", "ql" or "qa".
    uparms, ucals, config_file, threads, output_dir, compat: as for Reduce.
    """

    # Tags that data must have for a subclass in a recipe's file; None: any.
    tagset: Optional[Set[str]] = None
    _session: Any = None
    _call: Any = None

    def __init__(self, adinputs: Any = (), mode: str = "sq", ucals: Optional[Mapping[Any, Any]] = None,
                 uparms: Optional[Parameters] = None, upload: Any = None,
                 config_file: Optional[str] = None, threads: int = 0,
                 output_dir: Optional[str] = None, compat: bool = False,
                 _deferred: bool = False) -> None:
        if _deferred:
            return
        frames = _unwrap(adinputs, "Primitives")
        settings = {"files": [], "recipe": "", "mode": mode, "suffix": None,
                    "parameters": parameter_list(uparms), "calibrations": _calibrations(ucals),
                    "config": config_file, "compat": compat, "threads": threads,
                    "output_dir": output_dir or ""}
        self._session = _core.Session(frames, settings, self._own_primitives(), logs.emit)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, function in list(vars(cls).items()):
            if not name.startswith("_") and is_primitive(function):
                setattr(cls, name, _Step(name, function, function.__doc__ or ""))

    @property
    def streams(self) -> _Streams:
        """The streams by name; "main" is what a recipe works on."""
        return _Streams(self)

    @property
    def log(self) -> _Log:
        """Where messages go: log.stdinfo('…')."""
        return _Log(self)

    @property
    def mode(self) -> str:
        return str(self._session.mode)

    @property
    def primitives(self) -> List[str]:
        """Names of all primitives."""
        return list(self._session.primitive_names())

    def parameters(self, name: str) -> List[Dict[str, Any]]:
        """The parameters of a primitive: name, type, default, label, choices."""
        return list(self._session.parameters(name))

    def myself(self) -> str:
        """The name of the primitive that asks."""
        frame = inspect.currentframe()
        return frame.f_back.f_code.co_name if frame and frame.f_back else ""

    @property
    def timestamp_keys(self) -> "_TimestampKeys":
        """The header keyword in which a primitive of one's own notes that it has run."""
        return _TimestampKeys()

    # --- running ---------------------------------------------------------------------------------

    def _run(self, step: _Step, adinputs: Optional[Frames], instream: str, outstream: str,
             parameters: Dict[str, Any]) -> Frames:
        if self._session is None:
            raise RuntimeError(f"{step.name}: there are no frames yet")
        if self._call is not None:
            frames = _unwrap(adinputs, f"{step.name}, called by another primitive")
            native = step.function is None
            return _wrap(self._call.nested(step.name, frames, parameters, native))
        with logs.fallback():
            if adinputs is not None:
                return _wrap(self._session.run_on(step.name, parameters,
                                                  _unwrap(adinputs, step.name)))
            for ad in self.streams[instream]:
                ad._flush()
            self._session.step(step.name, parameters, instream, outstream)
        return self.streams[outstream]

    # --- primitives of one's own -----------------------------------------------------------------

    def _param_update(self, module: Any) -> None:
        """Takes the parameters of primitives from a module in the manner of DRAGONS: classes
        NAMEConfig with fields of gempy.library.config."""
        known = self.__dict__.setdefault("_configs", {})
        for name, value in vars(module).items():
            if name.endswith("Config") and inspect.isclass(value):
                known[name[:-len("Config")]] = value

    def _own_steps(self) -> Dict[str, _Step]:
        steps = {}
        for cls in reversed(type(self).__mro__):
            for name, value in vars(cls).items():
                if isinstance(value, _Step) and value.function is not None:
                    steps[name] = value
        steps.update(self.__dict__.get("_attached", {}))
        return steps

    def _attach_function(self, function: Callable[..., Any]) -> None:
        """A function with @primitive becomes a method of this object."""
        name = function.__name__
        step = _Step(name, function, function.__doc__ or "")
        self.__dict__.setdefault("_attached", {})[name] = step
        self.__dict__[name] = step.__get__(self)

    def _own_primitives(self) -> List[Any]:
        """What the core is told of primitives in Python."""
        configs = self.__dict__.get("_configs", {})
        told = []
        for name, step in self._own_steps().items():
            assert step.function is not None
            declared, open_ended = declared_in_signature(step.function)
            if name in configs and open_ended:
                named = {parameter["name"] for parameter in declared}
                declared += [parameter for parameter in declared_in_config(configs[name])
                             if parameter["name"] not in named]
            told.append((name, declared, self._runner(step)))
        return told

    def _runner(self, step: _Step) -> Callable[..., Any]:
        def run(frames: List[Any], values: Dict[str, Any], call: Any) -> List[Any]:
            outer, self._call = self._call, call
            try:
                assert step.function is not None
                made = step.function(self, _wrap(frames), **values)
                return _unwrap(made, f"primitive {step.name}")
            except Exception as error:
                if hasattr(error, "add_note"):
                    error.add_note(f"in the primitive {step.name}")
                raise
            finally:
                self._call = outer

        return run


def _add_native_primitives() -> None:
    for name, doc in _core.native_primitives():
        setattr(Primitives, name, _Step(name, None, doc))


_add_native_primitives()
