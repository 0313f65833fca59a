"""One record of the Organisation Data Service, whatever file it comes from, and the rows that it makes.

XML, CSV reports, ORD JSON and FHIR all become `Record`s; what a record means is said here once. The legal dates decide
when a body, role or link existed, the operational ones where there are none (MODEL section 1). Addresses, telephones
and unique numbers of roles and links have no place in the model: the readers leave them out and count them.
"""

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.names import bare, fold
from nhs_graph.graph.register import COMPLETE, SEEN, STUB, UNDATED, Batch
from nhs_graph.loaders.ods_roles import KIND_OF_ROLE

Period = tuple[str, str | None, str | None]
"""`Legal` or `Operational`, first day, last day; None where the file has none."""

_SYSTEM_ROLES = frozenset({"RO98", "RO319", "RO261", "RO262", "RO318", "RO210"})
"""Commissioners, systems and local offices: their geography is the wider body that they are part of."""
_NETWORK = "RO272"
_FILLERS = frozenset({"1900-01-01", "1974-04-01"})
"""Starts of the record, not of the body (data guide, trap 33); trusts also have 1991-04-01."""
_TRUST, _TRUST_FILLER = "RO197", "1991-04-01"
_A_DAY = "a day as YYYY-MM-DD"
_MOST_DAYS = 1 << 16
"""A release has millions of dates, and some thousands of days."""


class Role(NamedTuple):
    """A role of a body; `seen` when only a snapshot shows it."""

    code: str
    primary: bool
    periods: tuple[Period, ...]
    seen: bool = False


class Rel(NamedTuple):
    """A relationship on its source record: `RE4` ... to a target and the target's primary role."""

    code: str
    target: str
    target_role: str | None
    periods: tuple[Period, ...]
    seen: bool = False


class Succ(NamedTuple):
    """A hand-over: `Predecessor` or `Successor` says what the target is to the record."""

    type: str
    target: str
    target_role: str | None
    day: str


class Record(NamedTuple):
    """What a file says of one body; a `reference_only` record lists no links and no successions.

    A record without a name only says how bodies are connected; one without periods says nothing about dates.
    """

    code: str
    name: str
    periods: tuple[Period, ...] = ()
    roles: tuple[Role, ...] = ()
    rels: tuple[Rel, ...] = ()
    succs: tuple[Succ, ...] = ()
    reference_only: bool = False


@dataclass
class Read:
    """What became of one file: what it was taken for, its records, and what was left out or unknown, by reason."""

    name: str
    source: str
    report: str
    published: str
    said_by: str
    """Where the day comes from: the file, its name, or the user."""
    whole: bool = True
    """Whether it lists all bodies of its kind, so that one it does not list is no longer published."""
    records: int = 0
    left_out: Counter[str] = field(default_factory=Counter[str])
    """Per reason; one that many codes share names the code after a colon."""
    unknown: Counter[str] = field(default_factory=Counter[str])
    notes: list[str] = field(default_factory=list[str])
    rejects: list[RowProblem] = field(default_factory=list[RowProblem])
    """Rows or records that cannot be read: a load allows a number of them, by default none."""

    @property
    def source_id(self) -> str:
        """The id of the release: a second file of the same report and day is the same one."""
        return f"{self.source}-{self.report}-{self.published}"


class DayProblem(ValueError):
    """A date that is none, and its text."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def bad_day(file: str, line: int, code: str, value: str) -> RowProblem:
    """What is told of a record that is rejected for a date."""
    return RowProblem(file, line, f"Date of {code}", value, _A_DAY)


def unlike(file: str, line: int, place: int, given: object, error: Exception) -> RowProblem:
    """What is told of a member of an answer, counted from 1, that is not as the interface describes it."""
    if isinstance(error, DayProblem):
        return RowProblem(file, line, f"record {place}", error.value, _A_DAY)
    lacks = f"{error.args[0]} is missing or of another form" if isinstance(error, KeyError) else "its form is another"
    expected = f"what the interface describes: {lacks}"
    return RowProblem(file, line, f"record {place}", json.dumps(given, ensure_ascii=False)[:60], expected)


def stated(given: Any, name: str) -> str:
    """A text of an answer that must be there. Raises KeyError, and TypeError for what has no members."""
    value = given[name]
    if not isinstance(value, str) or not value.strip():
        raise KeyError(name)
    return value


@lru_cache(_MOST_DAYS)
def _start(text: str | None) -> str:
    """A first day; nothing for a filler, whose day is unknown. Raises DayProblem for what is no day."""
    if not text:
        return ""
    _end(text)  # a day at all?
    return "" if text in _FILLERS else text


@lru_cache(_MOST_DAYS)
def _end(text: str | None) -> str:
    """The day after an inclusive end; nothing for none. Raises DayProblem for what is no day."""
    if not text:
        return ""
    try:
        if len(text) == 10:
            return (date.fromisoformat(text) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        pass
    raise DayProblem(text)


def day_in(given: Any, name: str) -> str | None:
    """A day of an answer, which may be missing. Raises DayProblem for what is no day."""
    value = given.get(name)
    if value is None:
        return None
    _end(str(value))
    return str(value)


class Rows:
    """Turns records into rows, and counts by reason what makes none.

    A record with a date that is none makes no rows: its code and the date are among `rejects`.
    """

    def __init__(self) -> None:
        self.rejects: list[tuple[str, str]] = []
        self._roles: Counter[str] = Counter()
        self._rels: Counter[str] = Counter()
        self._selves = 0

    @property
    def left_out(self) -> Counter[str]:
        """What made no rows, by reason and code."""
        found = Counter({f"role that is no kind of the model: {code}": count for code, count in self._roles.items()})
        for code, count in self._rels.items():
            found[f"relationship that is no relation of the model: {code}"] = count
        found["succession of a body with itself"] = self._selves
        return +found

    def batch(self, records: Iterable[Record]) -> Batch:
        """The rows of these records."""
        made = Batch()
        for record in records:
            try:
                self._add(record, made)
            except DayProblem as problem:
                self.rejects.append((record.code, problem.value))
                self._take_back(record, made)
        return made

    def _take_back(self, record: Record, made: Batch) -> None:
        """Take out what a record made before it failed: done again aside, it comes as far as that."""
        aside, part = Rows(), Batch()
        with suppress(DayProblem):
            aside._add(record, part)
        for rows, some in zip(vars(made).values(), vars(part).values(), strict=True):
            del rows[len(rows) - len(some) :]
        self._roles -= aside._roles
        self._rels -= aside._rels
        self._selves -= aside._selves

    def _add(self, record: Record, made: Batch) -> None:
        code, name, periods, roles, rels, succs, reference_only = record
        primary = None
        for role, is_primary, _, _ in roles:
            if is_primary:
                primary = role
                break
        start, end = self._existence(periods, "Legal", primary)
        operational = ("", "")
        if len(periods) > 1:
            operational = self._existence(periods, "Operational", primary)
            if operational == (start, end):
                operational = ("", "")
        if name:
            complete = UNDATED if not periods else STUB if reference_only else COMPLETE
            made.bodies.append((code, name, fold(name), bare(name), start, end, *operational, complete))
        for role, _, dates, seen in roles:
            if kind := KIND_OF_ROLE.get(role):
                made.kinds.append((code, kind, *self._period(dates, seen, primary), role))
            else:
                self._roles[role] += 1
        for rel in rels:
            self._add_link(code, primary, rel, made)
        for succ in succs:
            ends = (code, succ.target) if succ.type == "Successor" else (succ.target, code)
            if ends[0] == ends[1]:
                self._selves += 1
            else:
                same = int(succ.target_role is None or succ.target_role == primary)
                made.pairs.append((*ends, succ.day, same))
                _end(succ.day)  # a day at all?

    def _add_link(self, code: str, primary: str | None, rel: Rel, made: Batch) -> None:
        relationship, target, target_role, dates, seen = rel
        start, end = self._period(dates, seen, primary)
        if relationship == "RE6":
            made.links.append((target, "OPERATES", code, start, end, code))
            return
        if relationship == "RE4":
            kind = "COMMISSIONED_BY"
        elif relationship == "RE5":
            kind = "PART_OF" if primary in _SYSTEM_ROLES else "LOCATED_IN"
        elif relationship == "RE2":
            kind = "PART_OF"
        elif relationship == "RE8" and target_role == _NETWORK:
            kind = "MEMBER_OF"
        else:
            self._rels[relationship] += 1
            return
        made.links.append((code, kind, target, start, end, code))

    def _existence(self, periods: tuple[Period, ...], wanted: str, role: str | None) -> tuple[str, str]:
        """The period of this type, or of the other one where the record has only that."""
        if not periods:
            return "", ""
        found = periods[0]
        if found[0] != wanted:
            for period in periods:
                if period[0] == wanted:
                    found = period
        _, first, last = found
        start = _start(first)
        if start == _TRUST_FILLER and role == _TRUST:
            start = ""
        return start, _end(last)

    def _period(self, periods: tuple[Period, ...], seen: bool, role: str | None) -> tuple[str, str]:
        return (SEEN, "") if seen else self._existence(periods, "Legal", role)
