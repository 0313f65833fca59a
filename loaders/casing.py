"""Readable spellings of names that the register keeps in upper case, and one text for spellings of the same name."""

import re
from collections.abc import Iterable

from nhs_graph.graph.names import fold

_UPPER = frozenset({"nhs", "ccg", "icb", "ics", "stp", "h&j", "uk", "bhb"})
_LOWER = frozenset({"of", "and", "the", "for", "in", "on", "with", "upon", "le", "under"})
_CODE = re.compile(r"(?=.*[0-9])(?![0-9]+(st|nd|rd|th)$)[0-9a-z]{3,5}")  # 92G, A3A8R
_WORD = re.compile(r"[^\s\-/()]+")


def readable(name: str) -> str:
    """`LIVERPOOL UNIVERSITY HOSPITALS NHS FOUNDATION TRUST` as a reader expects it.

    Also for names whose case a copy has altered (`North london NHS trust`); a name that the publisher wrote in
    mixed case must not go through this.
    """
    text = _WORD.sub(lambda match: _word(match.group(), match.start() == 0), name.strip())
    return re.sub(r"\s+", " ", text)


def _word(word: str, first: bool) -> str:
    plain = word.casefold()
    if plain.strip(",.") in _UPPER or _CODE.fullmatch(plain):
        return word.upper()
    if plain in _LOWER and not first:
        return plain
    # `o'` and `d'` aside, only the first letter is a capital: King's, St., 2gether.
    return plain[:1].upper() + plain[1:]


class Spellings:
    """One text for each name: the publisher's own mixed case where a source has it, else the readable form."""

    def __init__(self, mixed: Iterable[str] = ()) -> None:
        self._texts = {fold(name): name for name in mixed}

    def of(self, name: str) -> str:
        """The text to use for a name, the same for all spellings that fold equal."""
        text = name if any(letter.islower() for letter in name) else readable(name)
        return self._texts.setdefault(fold(name), text)
