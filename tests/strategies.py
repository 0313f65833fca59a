"""Random temporal graphs: small, but with cycles, same-day chains, open ends and names that change."""

from datetime import date
from itertools import permutations
from typing import Any

from hypothesis import strategies as st

from nhs_graph.graph import facts as f
from nhs_graph.graph.interval import PartialDate

DAYS = [date(2018, 4, 1), date(2019, 10, 1), date(2020, 4, 1), date(2021, 4, 1), date(2022, 7, 1)]
AS_OF = [date(2018, 3, 31), *DAYS, date(2021, 3, 31), date(2024, 1, 1)]
EVENT_KINDS: list[f.EventKind] = ["merger", "acquisition", "split"]
SAID = ("said",)
SOURCE = f.Source(id="said", title="A test", publisher="nobody", licence="CC0-1.0", kind="curated")

days = st.sampled_from(DAYS)
as_of = st.sampled_from(AS_OF)


@st.composite
def names(draw: st.DrawFn, organisation_id: str) -> list[f.Name]:
    """Names that share out the whole time line, each with a stretch in which it is only inferred."""
    cuts = sorted(draw(st.sets(days, max_size=2)))
    bounds = [None, *cuts, None]
    return [
        f.Name(
            organisation_id=organisation_id,
            name=f"{draw(st.sampled_from(['Alpha', 'Beta', 'Gamma']))} {organisation_id} {i}",
            shown_from=bounds[i],
            stated_from=bounds[i],
            stated_until=bounds[i + 1],
            shown_until=bounds[i + 1],
            source_ids=SAID,
        )
        for i in range(len(bounds) - 1)
    ]


@st.composite
def boundaries(draw: st.DrawFn) -> list[f.Fact]:
    """Councils and systems with LSOAs dealt out at random; shares follow from the deal."""
    councils = [f"E0{draw(st.sampled_from('6789'))}00000{i}" for i in range(draw(st.integers(1, 4)))]
    systems = [f"E5400000{i}" for i in range(draw(st.integers(1, 3)))]
    deal = {(c, s): draw(st.integers(0, 3)) for c in councils for s in systems}
    people = {pair: n * draw(st.integers(1, 9000)) for pair, n in deal.items()}
    found: list[f.Fact] = [SOURCE]
    kinds = {"E06": "unitary", "E07": "district", "E08": "metropolitan_district", "E09": "london_borough"}
    for gss in [*councils, *systems]:
        body = f"o{gss}"
        found.append(f.Organisation(id=body, name=None, source_ids=SAID))
        found += draw(names(body))
        found.append(f.Area(gss=gss, kind=kinds.get(gss[:3], "system"), name=f"Area {gss[-2:]}", source_ids=SAID))
        start, end = draw(st.sampled_from([None, DAYS[0], DAYS[2]])), draw(st.sampled_from([None, DAYS[4]]))
        found.append(f.Coverage(organisation_id=body, gss=gss, start_date=start, end_date=end, source_ids=SAID))
    measured = draw(st.sampled_from([False, True]))
    for (council, system), n in deal.items():
        land = (
            (draw(st.sampled_from([0.25, 0.5, 1.0])), draw(st.sampled_from([0.125, 1.0]))) if measured else (None, None)
        )
        if n:
            left = [pair for pair in deal if pair[0] == council]
            right = [pair for pair in deal if pair[1] == system]
            found.append(
                f.Overlap(
                    left_gss=council,
                    right_gss=system,
                    lsoas=n,
                    people=people[council, system],
                    people_share_of_left=people[council, system] / sum(people[p] for p in left),
                    people_share_of_right=people[council, system] / sum(people[p] for p in right),
                    lsoas_share_of_left=n / sum(deal[p] for p in left),
                    lsoas_share_of_right=n / sum(deal[p] for p in right),
                    area_share_of_left=land[0],
                    area_share_of_right=land[1],
                    population_base="mid-2020",
                    vintage="random",
                    basis="derived",
                    start_date=DAYS[1],
                    end_date=draw(st.sampled_from([None, DAYS[3]])),
                    source_ids=SAID,
                )
            )
    found += draw(_area_moves(councils, systems))
    return found


@st.composite
def _area_moves(draw: st.DrawFn, councils: list[str], systems: list[str]) -> list[f.Fact]:
    """LSOAs that changed hands on random days, some of them to an heir."""
    areas = st.sampled_from(systems)
    keys = draw(st.lists(st.tuples(st.sampled_from(councils), areas, areas, days), max_size=4, unique=True))
    found: list[f.Fact] = []
    for council, left, reached, day in keys:
        found.append(
            f.AreaMove(
                council_gss=council,
                from_gss=left,
                to_gss=reached,
                lsoas=draw(st.integers(1, 3)),
                people=draw(st.integers(1, 9000)),
                population_base="mid-2020",
                effective_date=day,
                source_ids=SAID,
            )
        )
    # One succession a pair, as in the register.
    for (left, reached), day in {(left, reached): day for _, left, reached, day in keys}.items():
        if left != reached and draw(st.booleans()):
            event = f"e{left}{reached}{day}"
            found.append(
                f.ChangeEvent(
                    id=event, kind="merger", status="completed", effective_date=day, rule="random", source_ids=SAID
                )
            )
            found.append(
                f.Succession(
                    predecessor_id=f"o{left}",
                    successor_id=f"o{reached}",
                    effective_date=day,
                    event_id=event,
                    source_ids=SAID,
                )
            )
    return found


@st.composite
def lineages(draw: st.DrawFn) -> list[f.Fact]:
    """Up to six bodies with successions at random, cycles and same-day chains included."""
    bodies = [f"R{i}" for i in range(draw(st.integers(2, 6)))]
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(bodies), st.sampled_from(bodies)).filter(lambda pair: pair[0] != pair[1]),
            max_size=8,
            unique=True,
        )
    )
    found: list[f.Fact] = [SOURCE, *(f.Organisation(id=body, name=None, source_ids=SAID) for body in bodies)]
    for body in bodies:
        found += draw(names(body))
    for i, (old, new) in enumerate(pairs):
        kind = draw(st.sampled_from(EVENT_KINDS))
        event = f"e{i}"
        day = draw(days)
        found.append(
            f.ChangeEvent(
                id=event,
                kind=kind,
                status="completed",
                effective_date=day,
                press_kind=draw(st.sampled_from([None, "merger"])),
                rule="random",
                source_ids=SAID,
            )
        )
        originals = {old, new} if kind == "acquisition" else {old}
        found += [
            f.Party(event_id=event, organisation_id=body, side="original", source_ids=SAID)
            for body in sorted(originals)
        ]
        found.append(f.Party(event_id=event, organisation_id=new, side="result", source_ids=SAID))
        found.append(
            f.Succession(
                predecessor_id=old,
                successor_id=new,
                effective_date=day,
                event_id=event,
                weight=draw(st.sampled_from([None, 0.25, 0.75, 1.0])),
                weight_basis=draw(st.sampled_from([None, "only heir", "people", "sites"])),
                whole_parts=tuple(sorted(draw(st.sets(st.sampled_from(bodies), max_size=1)))),
                other_parts=tuple(sorted(draw(st.sets(st.sampled_from(bodies), max_size=1)))),
                part_shares=tuple(
                    f"{body}={share}"
                    for body, share in sorted(
                        draw(
                            st.dictionaries(st.sampled_from(bodies), st.sampled_from([0.25, 0.75, 1.0]), max_size=1)
                        ).items()
                    )
                ),
                source_ids=SAID,
            )
        )
    return found


PARTIAL = ["2018", "2018-04", "2018-04-01", "2019-10", "2019-10-01", "2020", "2020-04-01", "2021-04", "2022-07-01"]
partial_dates = st.sampled_from([PartialDate.parse(text) for text in PARTIAL])


@st.composite
def whole_lineages(draw: st.DrawFn) -> list[f.Fact]:
    """Lineages without cycles in which the heirs of every body make up the whole of it, all on one day."""
    bodies = [f"R{i}" for i in range(draw(st.integers(2, 6)))]
    found: list[f.Fact] = [SOURCE, *(f.Organisation(id=body, name=None, source_ids=SAID) for body in bodies)]
    for place, old in enumerate(bodies[:-1]):
        people = draw(st.dictionaries(st.sampled_from(bodies[place + 1 :]), st.integers(1, 9), max_size=3))
        day = draw(days)
        for new, part in people.items():
            step = f.Succession(
                predecessor_id=old,
                successor_id=new,
                effective_date=day,
                event_id="e",
                weight=part / sum(people.values()),
                source_ids=SAID,
            )
            found.append(step)
    return found


@st.composite
def tenures(draw: st.DrawFn) -> list[f.Fact]:
    """People with posts at up to four bodies, joint ones among them; partial dates, windows of every shape, heirs."""
    bodies = ["RA", "RB", "QC", "QD"]
    found: list[f.Fact] = [SOURCE]
    for body in bodies:
        found.append(f.Organisation(id=body, name=None, source_ids=SAID))
        kind = draw(st.sampled_from(["nhs_trust", "foundation_trust", "icb"]))
        start, until = draw(st.sampled_from([None, *DAYS])), draw(st.sampled_from([None, *DAYS]))
        found.append(
            f.Classification(
                organisation_id=body,
                kind=kind,
                start_date=start,
                shown_until=until,
                stated_until=until,
                source_ids=SAID,
            )
        )
        found += [f.Post(organisation_id=body, role=role, source_ids=SAID) for role in ROLES]
    found.append(f.Organisation(id="group:g", name=None, source_ids=SAID))
    for body in draw(st.sets(st.sampled_from(bodies))):
        start, until = draw(st.sampled_from([None, *DAYS])), draw(st.sampled_from([None, *DAYS]))
        found.append(
            f.Relation(
                subject_id=body,
                type="MEMBER_OF",
                object_id="group:g",
                shown_from=start,
                shown_until=until,
                source_ids=SAID,
            )
        )
    for old, new in draw(st.sets(st.sampled_from(list(permutations(bodies, 2))), max_size=4)):
        found.append(
            f.Succession(predecessor_id=old, successor_id=new, effective_date=draw(days), event_id="e", source_ids=SAID)
        )
    for i in range(draw(st.integers(1, 4))):
        found.append(f.Person(id=f"p{i}", name=f"Person {i % 3}", source_ids=SAID))
        held: dict[str, f.Tenure] = {}
        for number in range(draw(st.integers(1, 4))):
            role, joint = draw(st.sampled_from(ROLES)), draw(st.sets(st.sampled_from(bodies), min_size=1, max_size=2))
            dates = draw(tenure_dates())
            for body in sorted(joint):
                tenure = f.Tenure(
                    person_id=f"p{i}",
                    organisation_id=body,
                    role=role,
                    role_label="icb_chair",
                    organisation_name=f"Name of {body}",
                    appointment_id=f"p{i} {number}" if len(joint) > 1 else None,
                    source_ids=SAID,
                    **dates,
                )
                held[tenure.key] = tenure
        found += held.values()
    return found


ROLES = ("chair", "chief_executive")


@st.composite
def tenure_dates(draw: st.DrawFn) -> dict[str, Any]:
    """What a source may say of the time of a tenure, and a window of any shape."""
    start, end = draw(st.none() | partial_dates), draw(st.none() | partial_dates)
    if start and end and end.until <= start.first:
        start, end = end, start
    seen = sorted(draw(st.lists(partial_dates, max_size=2)), key=lambda day: (day.first, day.until))
    window = sorted(draw(st.lists(days, min_size=4, max_size=4)))
    return {
        "basis": draw(st.sampled_from(["substantive", "interim"])),
        "taken_up": draw(st.sampled_from([True, True, True, False])),
        "start_date": start.first if start else None,
        "start_precision": start.precision if start else "day",
        "end_date": end.until if end else None,
        "end_precision": end.precision if end else "day",
        "first_seen": str(seen[0]) if seen else None,
        "last_seen": str(seen[-1]) if seen else None,
        "shown_from": draw(st.sampled_from([None, window[0]])),
        "stated_from": window[1],
        "stated_until": window[2],
        "shown_until": draw(st.sampled_from([None, window[3]])),
    }
