# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""The helpers that primitives of users call."""

import datetime
from typing import Any, Iterable, Optional, Union

from wyvern import AstroData


def log_message(function: str, name: str, message_type: str) -> str:
    """The text with which DRAGONS' primitives say that they begin or end."""
    texts = {"calling": f"Calling the {function} {name}",
             "starting": f"Starting the {function} {name}",
             "finishing": f"Finishing the {function} {name}",
             "completed": f"The {name} {function} completed successfully"}
    return texts[message_type]


def mark_history(adinput: Union[AstroData, Iterable[AstroData]], keyword: str,
                 primname: Optional[str] = None, comment: Optional[str] = None) -> None:
    """Sets GEM-TLM and `keyword` of the primary headers to the time now (UTC)."""
    now = datetime.datetime.utcnow().isoformat()
    comment = comment or f"UT time stamp for {primname or keyword}"
    for ad in [adinput] if isinstance(adinput, AstroData) else adinput:
        ad.phu.set("GEM-TLM", now, "UT last modification with GEMINI")
        ad.phu.set(keyword, now, comment)


def convert_to_list(value: Any) -> list:
    """A list of one, unless it is a list already."""
    return value if isinstance(value, list) else [value]


__all__ = ["convert_to_list", "log_message", "mark_history"]
