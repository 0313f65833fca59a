"""Structural changes to councils since 2009: which Order made which council out of which others, and when.

The districts are in a list of the changes of GSS codes, with the Order's title; that a county council ended in the
same change is in the register (`replaced-by`). A council of before 2009-04-01 has no register code: it is named only
where an Order names it, as `gss:E07...` (data guide, ruling 1). A county or a district that kept its body through a
change of boundary gets a new code and no successor.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.errors import ChecksFailed, RowProblem
from nhs_graph.graph.facts import ChangeEvent, Coverage, EventKind, Fact, Party
from nhs_graph.graph.interval import DAY
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.councils import CHD, RECODED

CODES, REGISTER = "lad-code-changes", "la-register-replaced"
_RULE = "order"


@dataclass(frozen=True)
class Order:
    """One change of a code, by an Order or a new name."""

    title: str
    day: date
    old: str
    new: str
    old_name: str


def read(spec: Spec, data: Data, report: Report) -> list[Order]:
    """The changes in England.

    Raises RowProblem for a date that is none.
    """
    found: list[Order] = []
    file = spec.file(CODES)
    for line, row in data.rows(file):
        if not row["changed_to_code"].startswith("E"):
            report.left_out(file.id, "outside England")
            continue
        try:
            day = date.fromisoformat(row["date"])
        except ValueError as error:
            raise RowProblem(file.path, line, "date", row["date"], "a day as YYYY-MM-DD") from error
        report.used(file.id)
        found.append(
            Order(row["desc"], day, row["changed_from_code"], row["changed_to_code"], row["changed_from_name"])
        )
    replaced = spec.file(REGISTER)
    for _, row in data.rows(replaced):
        heirs = [code for code in row["replaced-by"].split(",") if code]
        if row["gss-code"][:3] != "E10" or not heirs:
            report.left_out(replaced.id, "no county council that was replaced")
            continue
        report.used(replaced.id)
        spec.settings.setdefault("replaced", {})[f"la:{row['local-authority-code']}"] = [f"la:{c}" for c in heirs]
    return found


def facts(spec: Spec, orders: list[Order], covered: Iterable[Coverage]) -> Iterator[Fact]:
    """One event a new council; one an Order where bodies only changed their boundary; one a new name.

    Raises ChecksFailed when a code belongs to no body, or a county ended without such an event.
    """
    bodies = _Bodies(covered)
    made: dict[tuple[date, str, str], set[str]] = defaultdict(set)
    bounds: dict[tuple[date, str, str], set[str]] = defaultdict(set)
    for change in spec.settings["recode"]:
        bounds[change["date"], change["order"], RECODED].add(bodies.on(change["new"], change["date"]))
    for order in orders:
        old, new = bodies.on(order.old, order.day - DAY), bodies.on(order.new, order.day)
        if order.title == "Name Change":
            yield from _event("rename", order.day, None, {old}, {new}, (CODES,), new)
        elif old == new:
            bounds[order.day, order.title, CODES].add(new)
        else:
            made[order.day, order.title, new].add(old)
    for (day, title, source), changed in sorted(bounds.items()):
        yield from _event("boundary_change", day, title, changed, changed, (source,), min(changed))
    counties: dict[str, list[str]] = spec.settings["replaced"]
    used: set[tuple[str, str]] = set()
    for (day, title, new), originals in sorted(made.items()):
        ended = {county for county, heirs in counties.items() if new in heirs}
        used |= {(county, new) for county in ended}
        sources = (CODES, REGISTER) if ended else (CODES,)
        kind: EventKind = "merger" if len(originals | ended) > 1 else "recode"
        yield from _event(kind, day, title, originals | ended, {new}, sources, new)
    if lost := {(county, heir) for county, heirs in counties.items() for heir in heirs} - used:
        raise ChecksFailed(
            [f"{county} was replaced by {heir}, but no Order made that" for county, heir in sorted(lost)]
        )
    for heir in spec.settings["heir"]:
        ended = {f"la:{code}" for code in heir["of"]}
        yield from _event("merger", heir["date"], None, ended, {heir["body"]}, (CHD,), heir["body"])


class _Bodies:
    """Which body had a code on a day."""

    def __init__(self, covered: Iterable[Coverage]) -> None:
        self._by_area: dict[str, list[Coverage]] = defaultdict(list)
        for coverage in covered:
            self._by_area[coverage.gss].append(coverage)

    def on(self, gss: str, day: date) -> str:
        for coverage in self._by_area[gss]:
            if coverage.interval.holds(day):
                return coverage.organisation_id
        raise ChecksFailed([f"no council had the code {gss} on {day}"])


def _event(
    kind: EventKind,
    day: date,
    title: str | None,
    originals: set[str],
    results: set[str],
    sources: tuple[str, ...],
    name: str,
) -> Iterator[Fact]:
    event = ChangeEvent(
        id=f"la-{day.isoformat()}-{name.partition(':')[2].lower()}",
        kind=kind,
        status="completed",
        effective_date=day,
        legal_basis=title,
        rule=_RULE if title else "code_history",
        source_ids=sources,
    )
    yield event
    for side, codes in (("original", originals), ("result", results)):
        for code in sorted(codes):
            yield Party.model_validate(
                {"event_id": event.id, "organisation_id": code, "side": side, "source_ids": sources}
            )
