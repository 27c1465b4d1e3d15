# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Arguments of reductions, as DRAGONS prepares them."""

from typing import Iterable, List, Union

from wyvern.reduction import normalize_ucals


def normalize_upload(upload: Union[str, Iterable[str], None]) -> Union[List[str], None]:
    """Words in lower case, without commas."""
    if upload is None:
        return None
    words = upload.split(",") if isinstance(upload, str) else upload
    return [word.strip(" ,").lower() for word in words if word.strip(" ,")]


__all__ = ["normalize_ucals", "normalize_upload"]
