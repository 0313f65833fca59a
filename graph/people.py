"""Names of people: the name alone, its honorifics, its id."""

import re
import unicodedata

_TITLES = {
    "sir",
    "dame",
    "lord",
    "lady",
    "baron",
    "baroness",
    "dr",
    "prof",
    "professor",
    "mr",
    "mrs",
    "ms",
    "miss",
    "cllr",
}
_LETTERS = {"obe", "mbe", "cbe", "kbe", "dbe", "ch", "kcb", "qc", "kc", "dl"}
_APOSTROPHE = re.compile(r"['’`]")
_OTHER = re.compile(r"[^0-9a-z]+")


def slug(text: str) -> str:
    """A text as an id: `Frances O'Callaghan` -> `frances-ocallaghan`."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text)).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain.casefold()).strip("-")


def split_honorific(text: str) -> tuple[str, str | None]:
    """The name alone and the titles around it: `Sir David Dalton` -> (`David Dalton`, `Sir`)."""
    words = text.replace(",", " ").split()
    first, last = 0, len(words)
    while first < last and _is(words[first], _TITLES):
        first += 1
    while last > first and _is(words[last - 1], _LETTERS):
        last -= 1
    around = [word.rstrip(".") for word in (*words[:first], *words[last:])]
    return " ".join(words[first:last]), " ".join(around) or None


def with_honorific(name: str, honorific: str | None) -> str:
    """The name with its titles before and its letters after it: the text that `split_honorific` takes apart."""
    before, after = honorific_sides(honorific)
    return " ".join(filter(None, (before, name, after)))


def honorific_sides(honorific: str | None) -> tuple[str, str]:
    """The titles that stand before a name and the letters that stand after it."""
    words = (honorific or "").split()
    after = [word for word in words if _is(word, _LETTERS)]
    return " ".join(word for word in words if not _is(word, _LETTERS)), " ".join(after)


def _is(word: str, known: set[str]) -> bool:
    return word.rstrip(".").casefold() in known
