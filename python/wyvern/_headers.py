# SPDX-FileCopyrightText: 2026 the Wyvern developers
# SPDX-License-Identifier: BSD-3-Clause
"""Headers of a frame, in the manner of astropy's Header."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

from . import _core

if TYPE_CHECKING:
    from astropy.io.fits import Header as FitsHeader

_COMMENTARY = ("COMMENT", "HISTORY", "")


class Card(NamedTuple):
    """One card of a header."""

    keyword: str
    value: Any
    comment: str


def _checked(keyword: str, value: Any) -> Any:
    if not isinstance(keyword, str):
        raise KeyError(f"a keyword must be text, not {keyword!r}")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"keyword {keyword}: {value} cannot be stored in a FITS header")
    if isinstance(value, (list, tuple)):
        raise ValueError(f"keyword {keyword}: a list cannot be stored in a FITS header")
    return value


class _Comments:
    """`header.comments['KEYWORD']`."""

    def __init__(self, header: "Header") -> None:
        self._header = header

    def __getitem__(self, keyword: str) -> str:
        self._header._require(keyword)
        return _core.header_comment(self._header._frame, self._header._index, keyword)

    def __setitem__(self, keyword: str, comment: str) -> None:
        self._header.set(keyword, self._header[keyword], comment)


class Header:
    """The cards of one HDU: `header['K']`, `header['K'] = value` or `(value, comment)`,
    `get`, `set`, `del`, `in`, `comments['K']`. Keywords in either case. A view: what is set
    here is in the AstroData. KeyError for a keyword that is not there."""

    def __init__(self, frame: Any, index: int) -> None:
        self._frame, self._index = frame, index

    def _require(self, keyword: str) -> None:
        if keyword not in self:
            raise KeyError(f"Keyword {keyword!r} not found.")

    def __contains__(self, keyword: object) -> bool:
        return isinstance(keyword, str) and _core.header_has(self._frame, self._index, keyword)

    def __getitem__(self, keyword: str) -> Any:
        self._require(keyword)
        if keyword.upper() in _COMMENTARY:
            return [card.value for card in self.cards if card.keyword == keyword.upper()]
        return _core.header_get(self._frame, self._index, keyword, None)

    def __setitem__(self, keyword: str, value: Any) -> None:
        if isinstance(value, tuple):
            self.set(keyword, *value)
        else:
            self.set(keyword, value)

    def __delitem__(self, keyword: str) -> None:
        self._require(keyword)
        _core.header_remove(self._frame, self._index, keyword)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self.cards)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self.cards == other.cards

    def __repr__(self) -> str:
        return "\n".join(text.rstrip() for text in _core.header_images(self._frame, self._index))

    @property
    def comments(self) -> _Comments:
        return _Comments(self)

    @property
    def cards(self) -> List[Card]:
        """All cards in order."""
        return [Card(*card) for card in _core.header_cards(self._frame, self._index)]

    def keys(self) -> List[str]:
        return [card.keyword for card in self.cards]

    def values(self) -> List[Any]:
        return [card.value for card in self.cards]

    def items(self) -> List[Tuple[str, Any]]:
        return [(card.keyword, card.value) for card in self.cards]

    def get(self, keyword: str, default: Any = None) -> Any:
        """The value, or `default` when the keyword is absent."""
        return self[keyword] if keyword in self else default

    def set(self, keyword: str, value: Any = None, comment: "str | None" = None) -> None:
        """Sets a card in place, or appends it. Without a comment the one that is there stays."""
        _core.header_set(self._frame, self._index, keyword, _checked(keyword, value), comment)

    def update(self, cards: Any) -> None:
        """Sets cards from a dictionary, another header or (keyword, value[, comment]) tuples."""
        for keyword, *rest in _as_cards(cards):
            self.set(keyword, *rest)

    def remove(self, keyword: str, ignore_missing: bool = False) -> None:
        if not ignore_missing:
            self._require(keyword)
        _core.header_remove(self._frame, self._index, keyword)

    def pop(self, keyword: str, *default: Any) -> Any:
        if default and keyword not in self:
            return default[0]
        value = self[keyword]
        del self[keyword]
        return value

    def add_history(self, text: str) -> None:
        _core.header_add_commentary(self._frame, self._index, "HISTORY", str(text))

    def add_comment(self, text: str) -> None:
        _core.header_add_commentary(self._frame, self._index, "COMMENT", str(text))

    def tostring(self, sep: str = "") -> str:
        """The cards as they are written, 80 characters each."""
        return sep.join(_core.header_images(self._frame, self._index))

    def to_astropy(self) -> "FitsHeader":
        """A copy as astropy's Header."""
        from astropy.io.fits import Header as FitsHeader

        return FitsHeader.fromstring(self.tostring())

    def _replace(self, cards: Any) -> None:
        full = []
        for keyword, *rest in _as_cards(cards):
            value = _checked(keyword, rest[0] if rest else None)
            full.append((keyword, value, rest[1] if len(rest) > 1 else ""))
        _core.header_set_cards(self._frame, self._index, full)


def _as_cards(given: Any) -> Iterable[Tuple[Any, ...]]:
    """(keyword, value[, comment]) of whatever describes a header."""
    cards = getattr(given, "cards", None)
    if cards is not None:
        return [tuple(card) for card in cards]
    if isinstance(given, dict):
        return [(key, *(value if isinstance(value, tuple) else (value,)))
                for key, value in given.items()]
    return [tuple(card) for card in given]


class Headers:
    """The headers of several extensions at once: `ad.hdr['K']` is a list, one value each."""

    def __init__(self, headers: Sequence[Header]) -> None:
        self._headers = headers

    def __iter__(self) -> Iterator[Header]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)

    def __contains__(self, keyword: object) -> bool:
        return any(keyword in header for header in self._headers)

    def __getitem__(self, keyword: str) -> List[Any]:
        missing = tuple(i for i, header in enumerate(self._headers) if keyword not in header)
        if missing:
            where = str(missing) if len(missing) > 1 else f"({missing[0]},)"
            raise KeyError(f"The keyword couldn't be found at headers: {where}")
        return [header[keyword] for header in self._headers]

    def __setitem__(self, keyword: str, value: Any) -> None:
        for header in self._headers:
            header[keyword] = value

    def __delitem__(self, keyword: str) -> None:
        self.remove(keyword)

    def get(self, keyword: str, default: Any = None) -> List[Any]:
        return [header.get(keyword, default) for header in self._headers]

    def set(self, keyword: str, value: Any = None, comment: "str | None" = None) -> None:
        for header in self._headers:
            header.set(keyword, value, comment)

    def remove(self, keyword: str) -> None:
        if keyword not in self:
            raise KeyError(f"{keyword!r} is not on any of the extensions")
        for header in self._headers:
            header.remove(keyword, ignore_missing=True)

    def get_comment(self, keyword: str) -> List[str]:
        return [header.comments[keyword] for header in self._headers]

    def set_comment(self, keyword: str, comment: str) -> None:
        for header in self._headers:
            header.comments[keyword] = comment

    def keys(self) -> Dict[str, None]:
        return dict.fromkeys(key for header in self._headers for key in header)
