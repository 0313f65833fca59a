"""Which councils were seen as members of which combined authority (data guide, ruling 7).

No file dates a membership: the lookups of 2019, 2020, 2021 and 2023 and the register of July 2025 have seen it. The
members of the authority that followed two others on one day are inferred: the register still names the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from nhs_graph.graph.errors import ChecksFailed
from nhs_graph.graph.facts import Coverage, Fact, Relation
from nhs_graph.graph.interval import DAY, Interval, PartialDate
from nhs_graph.loaders.base import Data, Report, Spec

CHD, REGISTER = "ons-chd-2024-07", "la-register-members"


def facts(spec: Spec, data: Data, report: Report, covered: Iterable[Coverage]) -> Iterator[Fact]:
    """A sighting a lookup and membership; then the memberships that are inferred."""
    areas: dict[str, list[Coverage]] = defaultdict(list)
    lives: dict[str, Interval] = {}
    for coverage in covered:
        areas[coverage.gss].append(coverage)
        lives[coverage.organisation_id] = coverage.interval
    for file in spec.files:
        columns = file.settings.get("members")
        if not columns:
            continue
        vintage = file.source.vintage or ""
        day = PartialDate.parse(vintage).until - DAY
        for _, row in data.rows(file):
            report.used(file.id)
            found = [c.organisation_id for name in columns for c in areas[row[name]] if c.interval.holds(day)]
            if len(found) != 2:
                raise ChecksFailed([f"{file.id}: no body for {[row[name] for name in columns]} on {day}"])
            yield _member(found[0], found[1], vintage, file.id)
    yield from _registered(spec, data, report, lives)


def _registered(spec: Spec, data: Data, report: Report, lives: dict[str, Interval]) -> Iterator[Fact]:
    """Members of the register; those of two authorities that had ended are members of their heir."""
    file = spec.file(REGISTER)
    vintage = file.source.vintage or ""
    heirs = {f"la:{old}": heir for heir in spec.settings["heir"] for old in heir["of"]}
    for _, row in data.rows(file):
        body, authority = f"la:{row['local-authority-code']}", f"la:{row['combined-authority']}"
        if authority not in lives or body not in lives:
            report.left_out(file.id, "in no combined authority")
            continue
        report.used(file.id)
        if heir := heirs.get(authority):
            yield Relation(
                subject_id=body,
                type="MEMBER_OF",
                object_id=heir["body"],
                start_date=heir["date"],
                shown_from=heir["date"],
                stated_until=heir["date"],
                source_ids=tuple(sorted((file.id, CHD))),
            )
        else:
            yield _member(body, authority, vintage, file.id)


def _member(body: str, authority: str, seen: str, source: str) -> Relation:
    return Relation(
        subject_id=body, type="MEMBER_OF", object_id=authority, first_seen=seen, last_seen=seen, source_ids=(source,)
    )
