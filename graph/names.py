"""When two spellings are the same name (MODEL section 2)."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^0-9a-z]+")
_APOSTROPHE = re.compile(r"['’`]")
_LEADING = ("nhs ", "the ")
_PLACES = ("london borough of ", "royal borough of ", "city of ")
_ENDINGS = tuple(
    f" {words}"
    for words in (
        "nhs foundation trust",
        "national health service trust",
        "foundation trust",
        "nhs trust",
        "integrated care board",
        "clinical commissioning group",
        "mayoral combined authority",
        "combined county authority",
        "combined authority",
        "county council",
        "metropolitan borough council",
        "metropolitan district council",
        "city and district council",
        "borough council",
        "city council",
        "district council",
        "council",
        "icb",
        "ccg",
    )
)


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """A name without case, punctuation and the difference between `&` and `and`."""
    plain = _APOSTROPHE.sub("", name.casefold().replace("&", " and "))
    return _WORD.sub(" ", plain).strip()


@lru_cache(maxsize=65536)
def bare(name: str) -> str:
    """A folded name also without a leading `NHS` or `The` and without its legal ending."""
    text = fold(name)
    if text.endswith(_ENDINGS):
        text = text.removesuffix(next(ending for ending in _ENDINGS if text.endswith(ending)))
    for leading in _LEADING:
        text = text.removeprefix(leading)
    for place in _PLACES:
        text = text.removeprefix(place)
    return text.strip()
