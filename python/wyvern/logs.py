# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Messages of reductions, on Python's logging.

All go to the logger "wyvern", with DRAGONS' levels STATUS (25), STDINFO (21) and FULLINFO (15). A
program that configures logging gets them in its own way. One that does not sees them on the screen
(stderr) once; in a notebook it sees warnings and a progress bar instead. config() sets up DRAGONS'
screen and log file."""

from __future__ import annotations

import logging
import logging.handlers
import os
import sys
from typing import Any, Callable, Iterable, List, Optional, Union

STATUS, STDINFO, FULLINFO = 25, 21, 15
LEVELS = {STATUS: "STATUS", STDINFO: "STDINFO", FULLINFO: "FULLINFO"}
for _level, _name in LEVELS.items():
    logging.addLevelName(_level, _name)

logger = logging.getLogger("wyvern")

_PREFIXED = (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.DEBUG)


class ScreenFormatter(logging.Formatter):
    """The bare message; "WARNING - " and the like before it, behind the indentation."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        if record.levelno not in _PREFIXED:
            return text
        bare = text.lstrip(" ")
        return f"{text[:len(text) - len(bare)]}{record.levelname} - {bare}"


def _same_stream(a: logging.Handler, b: logging.Handler) -> bool:
    return (type(a) is not type(b) and not isinstance(a, logging.FileHandler)
            and getattr(a, "stream", None) is getattr(b, "stream", None))


class ScreenHandler(logging.StreamHandler):
    """Writes to stderr, unless another handler of the root logger does so: no message appears
    twice. A warning that repeats the one before it is counted, not shown."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.setFormatter(ScreenFormatter("%(message)s"))
        self._last = ""
        self._repeated = 0

    def emit(self, record: logging.LogRecord) -> None:
        others = (h for h in logging.getLogger().handlers if h is not self)
        if any(_same_stream(h, self) and isinstance(h, logging.StreamHandler)
               and record.levelno >= h.level for h in others):
            return
        if record.levelno == logging.WARNING and self._counted(record):
            return
        super().emit(record)

    def _counted(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if text == self._last:
            self._repeated += 1
            return True
        if self._repeated:
            note = logging.makeLogRecord(record.__dict__)
            note.msg, note.args = f"Last message repeated {self._repeated + 1} times", None
            super().emit(note)
        self._last, self._repeated = text, 0
        return False


def _file_handler(file_name: str, level: int, mode: str, stomp: bool) -> logging.Handler:
    if mode == "rotating":
        handler: logging.Handler = logging.handlers.TimedRotatingFileHandler(
            file_name, when="midnight", backupCount=5)
    else:
        handler = logging.FileHandler(file_name, "w" if stomp else "a")
    handler.setLevel(logging.DEBUG if mode == "debug" else level)
    layout = "%(asctime)s %(levelname)-8s - %(message)s"
    if mode == "debug":
        layout = "%(asctime)s %(name)-40s - %(levelname)-8s - %(message)s"
    handler.setFormatter(logging.Formatter(layout, "%Y-%m-%d %H:%M:%S"))
    return handler


def config(mode: str = "standard", file_name: Union[str, "os.PathLike[str]", None] = None,
           file_lvl: int = FULLINFO, stomp: bool = False,
           additional_handlers: Union[logging.Handler, Iterable[logging.Handler], None] = None
           ) -> None:
    """Sets up the root logger: the screen (stderr, from STDINFO) and, when `file_name` is given,
    a file (from `file_lvl`; appended to, or begun anew with `stomp`). Handlers that were there
    are taken away. Modes: standard, quiet (no screen), debug (everything), rotating (no screen, a
    new file each midnight). NameError for another mode."""
    mode = mode.lower()
    if mode not in ("standard", "quiet", "debug", "rotating"):
        raise NameError("Unknown mode")
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    if file_name is not None:
        root.addHandler(_file_handler(os.fspath(file_name), file_lvl, mode, stomp))
    if mode in ("standard", "debug"):
        screen = ScreenHandler()
        screen.setLevel(logging.DEBUG if mode == "debug" else STDINFO)
        root.addHandler(screen)
    if mode == "rotating" and file_name is None:
        raise ValueError("mode 'rotating' needs a file_name")
    if additional_handlers is not None:
        extra = ([additional_handlers] if isinstance(additional_handlers, logging.Handler)
                 else additional_handlers)
        for handler in extra:
            root.addHandler(handler)
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    root.setLevel(logging.DEBUG if mode == "debug" else min(file_lvl, STDINFO))


def get_logger(name: Optional[str] = None) -> logging.Logger:
    """A logger with the methods `status`, `stdinfo` and `fullinfo`."""
    log = logging.getLogger(name)
    for level, word in LEVELS.items():
        if not hasattr(log, word.lower()):
            setattr(log, word.lower(), _method(log, level))
    return log


def _method(log: logging.Logger, level: int) -> Callable[..., None]:
    def write(message: object, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("stacklevel", 2)
        log.log(level, message, *args, **kwargs)

    return write


def change_level(new_level: Union[str, int]) -> None:
    """Sets the level of all stream handlers, files included."""
    level = logging.getLevelName(new_level.upper()) if isinstance(new_level, str) else new_level
    if not isinstance(level, int):
        raise ValueError(f"unknown level {new_level!r}")
    root = logging.getLogger()
    root.setLevel(min(level, root.level))
    for handler in root.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setLevel(level)


def emit(level: int, depth: int, text: str) -> None:
    """A line of a reduction's log, inside `depth` primitives."""
    logger.log(level, "%s%s", "   " * depth, text)


def in_notebook() -> bool:
    """Whether output goes to cells of a notebook."""
    shell = sys.modules.get("IPython")
    if shell is None:
        return False
    current = shell.get_ipython()
    return current is not None and type(current).__name__ == "ZMQInteractiveShell"


class fallback:
    """While nobody has configured logging, messages of the work inside go to the screen."""

    _users = 0
    _handler: Optional[logging.Handler] = None
    _level = logging.NOTSET

    def __enter__(self) -> "fallback":
        cls = type(self)
        cls._users += 1
        if cls._users == 1 and not logger.hasHandlers():
            cls._handler = ScreenHandler()
            cls._handler.setLevel(logging.WARNING if in_notebook() else STDINFO)
            cls._level = logger.level
            if logger.level == logging.NOTSET:
                logger.setLevel(STDINFO)
            logger.addHandler(cls._handler)
        return self

    def __exit__(self, *_: object) -> None:
        cls = type(self)
        cls._users -= 1
        if cls._users == 0 and cls._handler is not None:
            logger.removeHandler(cls._handler)
            logger.setLevel(cls._level)
            cls._handler = None


def names() -> List[str]:
    """Names of all levels, the lowest first."""
    return ["DEBUG", "FULLINFO", "INFO", "STDINFO", "STATUS", "WARNING", "ERROR", "CRITICAL"]
