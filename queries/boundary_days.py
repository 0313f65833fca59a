"""For which days there are boundaries, and of which councils a combined authority is made on a day."""

from collections import defaultdict
from datetime import date

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Area, Coverage, Overlap, Relation
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.boundaries import LEFT, BoundaryParams, kind_of


def check_covered(store: Store, params: BoundaryParams) -> None:
    """Raise UsageProblem when no boundary vintage covers the date, naming the nearest ones.

    Asked when an answer came out empty, so that a missing map never looks like "no council is split".
    """
    health = {area.gss for area in store.facts(Selection(Area, {"kind": {kind_of(params.system)}}))}
    councils = {area.gss for area in store.facts(Selection(Area, {"kind": LEFT[params.council]}))}
    overlaps = store.facts(Selection(Overlap, {"right_gss": health, "left_gss": councils}))
    if "own" in {params.council, params.system} and not (health and councils):
        raise UsageProblem(
            "the store holds no areas of your own", hint="nhs-graph load footprint.geojson --source polygons"
        )
    periods = {(o.start_date or date.min, o.end_date or date.max, o.vintage) for o in overlaps}
    if any(start <= params.as_of < end for start, end, _ in periods):
        return
    before = max((p for p in periods if p[1] <= params.as_of), default=None, key=lambda p: p[1])
    after = min((p for p in periods if p[0] > params.as_of), default=None)
    near = [
        f"{name} (from {start}{'' if end == date.max else f' until {end}'})"
        for start, end, name in filter(None, (before, after))
    ]
    told = f"the nearest are {' and '.join(near)}" if near else "the store holds none of this kind"
    day = before[1].fromordinal(before[1].toordinal() - 1) if before else after[0] if after else None
    raise UsageProblem(
        f"no boundary vintage covers {params.as_of} for {params.council} councils; {told}",
        hint=f"add --as-of {day}" if day else "nhs-graph status",
        periods=sorted(periods),
    )


def members_on(store: Store, params: BoundaryParams) -> dict[str, set[str]]:
    """The areas of the councils of each combined authority on the day, by its own area; nothing for another tier.

    Of some the members are seen only later than they began: those are the members then, as in the overlaps.
    """
    if params.council != "combined":
        return {}
    kinds = {area.gss: area.kind for area in store.facts(Selection(Area))}
    areas: dict[str, list[str]] = defaultdict(list)
    for cover in store.facts(Selection(Coverage, {}, params.as_of)):
        areas[cover.organisation_id].append(cover.gss)
    now: dict[str, set[str]] = defaultdict(set)
    ever: dict[str, set[str]] = defaultdict(set)
    for member in store.facts(Selection(Relation, {"type": {"MEMBER_OF"}})):
        for whole in areas[member.object_id]:
            if kinds[whole] == "combined_authority":
                ever[whole] |= set(areas[member.subject_id])
                if member.window.certainty(params.as_of):
                    now[whole] |= set(areas[member.subject_id])
    return ever | now
