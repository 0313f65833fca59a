"""The rules that type the register's pairs: what happened, in law, when one code took over from another.

The register's files give no type. The name of the rule that typed an event stands on it (`rule`), so that a reader
can judge it, and a curated, sourced row can override it (MODEL, "Change events").
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.facts import Classification, EventKind, Organisation
from nhs_graph.graph.interval import PartialDate, earliest
from nhs_graph.graph.kinds import KINDS
from nhs_graph.loaders.base import RegisterPair
from nhs_graph.loaders.factset import FactSet

Pair = tuple[str, str]
PCTS_ENDED, CCGS_ENDED = date(2013, 4, 1), date(2022, 7, 1)
_GROUP_ACT, _BOARD_ACT = "Health and Social Care Act 2012", "Health and Care Act 2022"
_DATED = ("ods-etr-", "ods-eccg-")
"""Reports that give every body a start: where it is unknown, the report has a filler."""
_SHAPES = (
    ("trust", r"[RT].."),
    ("pct", r"5.."),
    ("authority", r"Q.."),
    ("region", r"Y.."),
    ("practice", r"[A-Z]\d{5}"),
    ("site", r"[0-9A-Z]{5}"),
)
_FAMILY = {
    "icb": "system",
    "ics": "system",
    "stp": "system",
    "ccg": "ccg",
    "sicbl": "ccg",
    "nhs_region": "region",
    "sha": "authority",
    "area_team": "authority",
}


@dataclass(frozen=True)
class Typed:
    """One event that a rule reads from pairs of one day; `edges` says whether they are successions."""

    kind: EventKind
    rule: str
    day: date
    code: str
    """The code that names the event."""
    pairs: tuple[Pair, ...]
    sources: tuple[str, ...]
    edges: bool = True
    acquirer: str | None = None
    legal_basis: str | None = None

    @property
    def originals(self) -> set[str]:
        """The bodies that the event starts from; an acquirer is one of them."""
        return {old for old, _ in self.pairs} | ({self.acquirer} if self.acquirer else set())

    @property
    def results(self) -> set[str]:
        """The bodies that the event leads to."""
        return {new for _, new in self.pairs}


class Bodies:
    """What is known of the bodies when pairs are typed: kind, start, end, and later signs of life."""

    def __init__(self, found: FactSet, pairs: Iterable[RegisterPair]) -> None:
        self._bodies = {body.id: body for body in found.of(Organisation)}
        self._kinds: dict[str, set[str]] = defaultdict(set)
        self._seen: dict[str, list[date]] = defaultdict(list)
        for item in found.of(Classification):
            self._kinds[item.organisation_id].add(item.kind)
            if item.last_seen:
                self._seen[item.organisation_id].append(PartialDate.parse(item.last_seen).first)
        self._days: dict[str, set[date]] = defaultdict(set)
        for pair in pairs:
            for code in (pair.predecessor_id, pair.successor_id):
                self._days[code].add(date.fromisoformat(pair.effective_date))

    def family(self, code: str) -> str:
        """Bodies of one family can be each other's heirs; by kind, else by the shape of the code.

        Health authorities, strategic ones and area teams (Q..) are one family, since files name the kinds of some. A
        unit without a known kind counts as a trust: it is only kept where it became one.
        """
        for kind in sorted(self._kinds[code]):
            if kind in _FAMILY:
                return _FAMILY[kind]
            return "trust" if KINDS[kind].broader == "trust" else kind
        return next((name for name, shape in _SHAPES if re.fullmatch(shape, code)), "trust")

    def older(self, code: str, day: date) -> bool:
        """Whether a body existed before a day. A start that is a filler is unknown, so the body is older.

        A body in no dated report is older when an earlier pair names it, and new otherwise.
        """
        body = self._bodies.get(code)
        if body and body.start_date:
            return body.start_date < day
        if body and any(source.startswith(_DATED) for source in body.source_ids):
            return True
        first = earliest(self._days[code])
        return first is not None and first < day

    def ends(self, code: str, day: date) -> bool:
        """Whether a body ended by a day: by its end, else when nothing shows it after that day."""
        body = self._bodies.get(code)
        if body and body.end_date:
            return body.end_date <= day
        return not any(seen >= day for seen in self._seen[code]) and max(self._days[code], default=day) <= day


def grouping_keys(pair: RegisterPair, bodies: Bodies) -> list[tuple[str, str, str]]:
    """What pairs have in common that the rules look at together: the day, with the predecessor or the successor."""
    families = bodies.family(pair.predecessor_id), bodies.family(pair.successor_id)
    keys = [("from", pair.predecessor_id, pair.effective_date)]
    if families[0] == families[1] or families == ("ccg", "system"):
        keys.append(("to", pair.successor_id, pair.effective_date))
    return keys


def typed(pairs: list[RegisterPair], bodies: Bodies, with_heir: Iterable[str] = ()) -> list[Typed]:
    """Every pair in exactly one event. Bodies `with_heir` are known to have one of their own kind besides."""
    same: list[RegisterPair] = []
    other: list[RegisterPair] = []
    boards: list[RegisterPair] = []
    trusts: list[RegisterPair] = []
    for pair in pairs:
        families = bodies.family(pair.predecessor_id), bodies.family(pair.successor_id)
        if families == ("ccg", "system") and _day(pair) == CCGS_ENDED:
            boards.append(pair)
        elif families == ("pct", "ccg") and _day(pair) == PCTS_ENDED:
            trusts.append(pair)
        else:
            (same if families[0] == families[1] else other).append(pair)
    carried_on = {pair.predecessor_id for pair in same}.union(with_heir)
    events = [ccg_to_icb_2022(group) for _, group in _grouped(boards, _by_successor)]
    for _, group in _grouped(other, _by_predecessor):
        events.append(other_kind_of_body(group, bodies, group[0].predecessor_id in carried_on))
    ends = [postcodes_in_common_2013(group) for _, group in _grouped(trusts, _by_predecessor)]
    return [*events, *_same_kind(same, bodies), *ends]


def _same_kind(pairs: list[RegisterPair], bodies: Bodies) -> Iterator[Typed]:
    heirs = {key: len(group) for key, group in _grouped(pairs, _by_predecessor)}
    parts: list[RegisterPair] = []
    for (code, day), group in _grouped(pairs, _by_successor):
        if bodies.older(code, day):
            yield older_than_the_day(group)
        elif len(group) > 1:
            yield opened_on_the_day(group)
        elif heirs[_by_predecessor(group[0])] > 1 or not bodies.ends(group[0].predecessor_id, day):
            parts += group
        else:
            yield new_code_for_one_body(group)
    for _, group in _grouped(parts, _by_predecessor):
        yield part_of_one_body(group)


def older_than_the_day(group: list[RegisterPair]) -> Typed:
    """The successor existed before: it acquired the others, and stands on both sides."""
    code = group[0].successor_id
    return _typed("acquisition", "older_than_the_day", code, group, acquirer=code)


def opened_on_the_day(group: list[RegisterPair]) -> Typed:
    """The successor is new, with two or more predecessors: a merger."""
    return _typed("merger", "opened_on_the_day", group[0].successor_id, group)


def new_code_for_one_body(group: list[RegisterPair]) -> Typed:
    """The successor is new and the only heir of its only predecessor, which ended: a new code."""
    return _typed("recode", "new_code_for_one_body", group[0].successor_id, group)


def part_of_one_body(group: list[RegisterPair]) -> Typed:
    """The successors are new, of one predecessor that has other heirs that day or goes on: a split."""
    return _typed("split", "part_of_one_body", group[0].predecessor_id, group)


def other_kind_of_body(group: list[RegisterPair], bodies: Bodies, has_heir: bool) -> Typed:
    """Successors of another kind: the end of a body without an heir of its own kind, else a transfer, no edge."""
    code = group[0].predecessor_id
    if bodies.ends(code, _day(group[0])) and not has_heir:
        return _typed("dissolution", "other_kind_of_body", code, group)
    return _typed("transfer", "other_kind_of_body", code, group, edges=False)


def ccg_to_icb_2022(group: list[RegisterPair]) -> Typed:
    """Commissioning groups ended as statutory bodies and a board took over, although their codes live on."""
    return _typed("dissolution", "ccg_to_icb_2022", group[0].successor_id, group, legal_basis=_BOARD_ACT)


def postcodes_in_common_2013(group: list[RegisterPair]) -> Typed:
    """A primary care trust ended on the day that commissioning groups began.

    Which groups had postcodes in common with it is a published link of areas: no file says who carried on what, so the
    groups are parties of its end and no heirs.
    """
    code = group[0].predecessor_id
    return _typed("dissolution", "postcodes_in_common_2013", code, group, edges=False, legal_basis=_GROUP_ACT)


def _typed(
    kind: EventKind,
    rule: str,
    code: str,
    group: list[RegisterPair],
    *,
    edges: bool = True,
    acquirer: str | None = None,
    legal_basis: str | None = None,
) -> Typed:
    return Typed(
        kind=kind,
        rule=rule,
        day=_day(group[0]),
        code=code,
        pairs=tuple((pair.predecessor_id, pair.successor_id) for pair in group),
        sources=tuple(sorted({source for pair in group for source in pair.source_ids})),
        edges=edges,
        acquirer=acquirer,
        legal_basis=legal_basis,
    )


def _day(pair: RegisterPair) -> date:
    return date.fromisoformat(pair.effective_date)


def _by_successor(pair: RegisterPair) -> tuple[str, date]:
    return pair.successor_id, _day(pair)


def _by_predecessor(pair: RegisterPair) -> tuple[str, date]:
    return pair.predecessor_id, _day(pair)


def _grouped(
    pairs: list[RegisterPair], key: Callable[[RegisterPair], tuple[str, date]]
) -> list[tuple[tuple[str, date], list[RegisterPair]]]:
    groups: dict[tuple[str, date], list[RegisterPair]] = defaultdict(list)
    for pair in pairs:
        groups[key(pair)].append(pair)
    return sorted(groups.items())
