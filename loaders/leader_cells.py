"""What a row of a user's own list of leaders must hold; each cell that is wrong is a RowProblem that says why.

The form is that of the hand-kept list (docs/your-own-list.md). About a person it holds the name, public posts, their
dates and the sources, and nothing else.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Name, Organisation, Person
from nhs_graph.graph.interval import LENGTH, PartialDate, Precision
from nhs_graph.graph.leader_rows import COLUMNS, UNTAKEN
from nhs_graph.graph.names import fold
from nhs_graph.graph.people import slug, split_honorific
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.leaders import ADDRESS, CONFIDENCE, Row, without_source

NEEDED = ("person", "org_code", "role", "source_title", ADDRESS)
KNOWN = (*COLUMNS, "interim", "seen_precision", "note")
"""All columns of the form; `note` is the keeper's own and is never loaded."""
BASES = ("substantive", "interim", "acting", "designate")
_PRECISIONS = ("day", "month", "year", "none")
_ROLE = re.compile(r"[a-z]+(_[a-z]+)*")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NO_NAME = re.compile(r"[0-9@<>=;:/\\|\x00-\x1f]")
_DATE = "YYYY, YYYY-MM or YYYY-MM-DD, from 1948 on"
_NATIONS = {"S": "Scottish", "N": "Northern Irish", "W": "Welsh"}


@dataclass(frozen=True)
class Bodies:
    """What the bundle knows, to hold cells to: bodies, their names, and people by name."""

    base: FactSet
    people: dict[str, list[Person]]
    names: dict[str, list[Name]]

    @classmethod
    def of(cls, base: FactSet) -> "Bodies":
        """Bodies and people of the bundle."""
        people: dict[str, list[Person]] = {}
        for person in base.of(Person):
            people.setdefault(fold(person.name), []).append(person)
        names: dict[str, list[Name]] = {}
        for name in base.of(Name):
            names.setdefault(name.organisation_id, []).append(name)
        return cls(base, people, names)

    def named(self, row: Row) -> Row:
        """A checked row with the names that its bodies had when it begins, if it gives none itself."""
        text = row["start"] or row["seen_on"] or row["end"]
        if row["org_name"] or not text:
            return row
        day = PartialDate.parse(text).first
        return row | {"org_name": "; ".join(self._name(code, day) for code in row["org_code"].split(";"))}

    def _name(self, code: str, day: date) -> str:
        then = next((name.name for name in self.names.get(code, ()) if name.window.certainty(day)), None)
        body = self.base.get(Organisation, code)
        return then or (body.name if body else None) or ""

    def expected_code(self, code: str) -> str | None:
        """What is expected instead of a code that is no body; None for one that is."""
        if self.base.get(Organisation, code):
            return None
        if self.base.get(Organisation, code.upper()):
            return f"the code {code.upper()}"
        if nation := _NATIONS.get(code[:1]) if re.fullmatch(r"[SNW]\d{8}", code) else None:
            return f"a body of England, this is a {nation} code"
        return "a code that `nhs-graph organisation search NAME` finds"

    def expected_person(self, row: Row) -> str | None:
        """Which ids a person_id must choose from where the bundle knows several people of the name."""
        same = self.people.get(fold(split_honorific(row["person"])[0]), [])
        if len(same) > 1 and not row["person_id"]:
            return f"one of {', '.join(person.id for person in same)}, or a new id"
        return None


def checked(row: Row, path: str, line: int, bodies: Bodies) -> Row:
    """The row with every column of the form, dates no finer than its precision says.

    Raises RowProblem for the first cell that is wrong.
    """

    def hold(column: str, expected: str | None) -> None:
        if expected:
            raise RowProblem(path, line, column, row[column], expected)

    row = dict.fromkeys(KNOWN, "") | row
    hold("person", _expected_name(row["person"]))
    for name in row["other_names"].split(";") if row["other_names"] else ():
        hold("other_names", _expected_name(name))
    hold("person_id", _of(_ID, row["person_id"], "an id like ann-lee"))
    hold("person_id", bodies.expected_person(row))
    for code in row["org_code"].split(";"):
        hold("org_code", bodies.expected_code(code) if code else "the code of a body")
    codes = row["org_code"].split(";")
    hold("org_code", "each body once" if len(set(codes)) < len(codes) else None)
    hold("role", _of(_ROLE, row["role"], "a role in small letters, like chief_executive") if row["role"] else "a role")
    hold("interim", _one_of(row["interim"], ("true", "false")))
    hold("basis", _one_of(row["basis"], BASES))
    hold("confidence", _one_of(row["confidence"], tuple(CONFIDENCE)))
    hold("appointment_id", _of(_ID, row["appointment_id"], "an id like ann-lee-chair-2021"))
    hold("source_title", None if row["source_title"] else "the title of a published page")
    hold(ADDRESS, _expected_address(row[ADDRESS]))
    return _dates(row, hold)


def person_of(row: Row, sources: tuple[str, ...]) -> Person:
    """The person of a checked row."""
    name, honorific = split_honorific(row["person"])
    others = tuple(sorted(filter(None, row["other_names"].split(";"))))
    return Person(
        id=row["person_id"] or slug(name), name=name, honorific=honorific, other_names=others, source_ids=sources
    )


def _expected_name(text: str) -> str | None:
    name = split_honorific(text)[0]
    if not name:
        return "the name of a person"
    return "a name, and nothing else about the person" if _NO_NAME.search(text) or not slug(name) else None


def _of(pattern: re.Pattern[str], value: str, expected: str) -> str | None:
    return expected if value and not pattern.fullmatch(value) else None


def _one_of(value: str, words: Iterable[str]) -> str | None:
    return f"one of {', '.join(words)}" if value and value not in words else None


def _expected_address(address: str) -> str | None:
    if not address:
        return "the address of the page that says so: no source, no fact"
    return f"the address of a page ({reason})" if (reason := without_source(address)) else None


def _dates(row: Row, hold: Callable[[str, str | None], None]) -> Row:
    """The dates, in order and no finer than the precision column says."""
    for column in ("start", "end", "seen_on", "last_seen"):
        hold(column, None if not row[column] or _date(row[column]) else _DATE)
    precision = row["precision"]
    if precision not in ("", "asof", UNTAKEN):
        words = precision.split("/")
        known = len(words) == 2 and all(word in _PRECISIONS for word in words)
        hold("precision", None if known else "START/END of day, month, year, none; or asof")
        for column, word in zip(("start", "end"), words, strict=True):
            hold(column, _expected_precision(row[column], word))
    if row["seen_precision"]:
        hold("seen_precision", _one_of(row["seen_precision"], _PRECISIONS[:3]))
        hold("seen_on", _expected_precision(row["seen_on"], row["seen_precision"]))
    start, end, seen, last = (_date(row[column]) for column in ("start", "end", "seen_on", "last_seen"))
    hold("end", "a day after the start" if start and end and end.until <= start.first else None)
    hold("seen_on", f"a day from {start} on" if start and seen and seen.until <= start.first else None)
    hold("seen_on", f"a day up to {end}" if end and seen and seen.first >= end.until else None)
    hold("last_seen", "a day from seen_on on" if last and (not seen or last.until < seen.until) else None)
    hold("last_seen", f"a day up to {end}" if end and last and last.first >= end.until else None)
    hold("start", None if start or end or seen or precision == UNTAKEN else "a start, an end or a day seen in post")
    return row


def _expected_precision(value: str, word: str) -> str | None:
    length = 0 if word == "none" else LENGTH[cast("Precision", word)]
    if len(value) == length:
        return None
    return "no date, as the precision says" if word == "none" else f"a date to the {word}, as the precision says"


def _date(text: str) -> PartialDate | None:
    try:
        found = PartialDate.parse(text)
    except ValueError:
        return None
    return found if found.first.year >= 1948 else None
