# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""A progress bar in notebooks, from the events of a reduction."""

from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Iterator, Optional

from . import logs

Events = Callable[..., None]


class _Line:
    """One line that is written over: where tqdm is not installed."""

    def __init__(self) -> None:
        self._width = 0

    def set_description_str(self, text: str) -> None:
        sys.stdout.write("\r" + text.ljust(self._width))
        sys.stdout.flush()
        self._width = len(text)

    def close(self) -> None:
        sys.stdout.write("\r" + " " * self._width + "\r")
        sys.stdout.flush()


def _new_bar() -> Any:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _Line()
    return tqdm(bar_format="{desc}", leave=False)


@contextlib.contextmanager
def bar(events: Optional[Events]) -> Iterator[Optional[Events]]:
    """Events for the core that also move a bar when this is a notebook whose user has not asked
    for the messages instead."""
    if not logs.in_notebook() or logs.logger.isEnabledFor(logs.STDINFO):
        yield events
        return
    shown = _new_bar()
    current = ""

    def tell(name: str, *args: Any) -> None:
        nonlocal current
        if name == "step_starts":
            current = args[0]
            shown.set_description_str(current)
        elif name == "frames_done":
            shown.set_description_str(f"{current}: {args[0]} of {args[1]} frames")
        if events is not None:
            events(name, *args)

    try:
        yield tell
    finally:
        shown.close()
