"""Windows of names, kinds and relations (MODEL section 1), on small cases made by hand."""

from datetime import date

from nhs_graph.graph.facts import (
    ChangeEvent,
    Classification,
    Conflict,
    EventKind,
    Fact,
    Name,
    Organisation,
    Party,
    Relation,
    RelationType,
    Succession,
)
from nhs_graph.loaders import derive_names
from nhs_graph.loaders.factset import FactSet

S = ("s",)


def body(code: str, start: date | None = None, end: date | None = None) -> Organisation:
    return Organisation(id=code, start_date=start, end_date=end, source_ids=S)


def seen(code: str, name: str, first: str, last: str) -> Name:
    return Name(organisation_id=code, name=name, first_seen=first, last_seen=last, source_ids=S)


def event(code: str, day: date, kind: EventKind = "acquisition", rule: str = "curated") -> list[Fact]:
    key = f"{code}-{day}-{kind}-{rule}"
    return [
        ChangeEvent(id=key, kind=kind, status="completed", effective_date=day, rule=rule, source_ids=("news",)),
        Party(event_id=key, organisation_id=code, side="result", source_ids=("news",)),
    ]


def kind(code: str, what: str, first: str, last: str) -> Classification:
    return Classification(organisation_id=code, kind=what, first_seen=first, last_seen=last, source_ids=S)


def relation(a: str, b: str, first: str, last: str, type_: RelationType = "LOCATED_IN") -> Relation:
    return Relation(subject_id=a, type=type_, object_id=b, first_seen=first, last_seen=last, source_ids=S)


def worked_out(*facts: Fact) -> FactSet:
    found = FactSet(facts)
    derive_names.apply(found)
    return found


def names_on(found: FactSet, day: date) -> list[tuple[str, str | None]]:
    shown = ((name.name, name.window.certainty(day)) for name in found.of(Name))
    return [(name, certainty) for name, certainty in shown if certainty]


RA7 = (
    body("RA7", date(1992, 4, 1)),
    seen("RA7", "University Hospitals Bristol", "2015", "2015"),
    seen("RA7", "University Hospitals Bristol and Weston", "2021-01", "2026-04"),
    seen("RA7", "Bristol", "2026-07", "2026-07"),
    *event("RA7", date(2020, 4, 1)),
    *event("RA7", date(2026, 7, 1), "rename"),
)


def test_events_date_the_changes_between_snapshots() -> None:
    found = worked_out(*RA7)
    assert names_on(found, date(2020, 3, 31)) == [("University Hospitals Bristol", "stated")]
    assert names_on(found, date(2020, 4, 1)) == [("University Hospitals Bristol and Weston", "stated")]
    assert names_on(found, date(2026, 6, 30)) == [("University Hospitals Bristol and Weston", "stated")]
    assert names_on(found, date(2026, 7, 1)) == [("Bristol", "stated")]
    assert names_on(found, date(2027, 1, 1)) == [("Bristol", "last_known")]
    assert all("news" in name.source_ids for name in found.of(Name))


def test_the_earliest_name_reaches_back_inferred() -> None:
    assert names_on(worked_out(*RA7), date(1980, 1, 1)) == [("University Hospitals Bristol", "inferred")]


def test_the_latest_name_is_the_name_of_the_body() -> None:
    assert worked_out(*RA7).get(Organisation, "RA7").name == "Bristol"  # type: ignore[union-attr]


def test_without_an_event_the_earlier_name_goes_on_inferred() -> None:
    found = worked_out(body("RWD"), seen("RWD", "Old", "2015", "2022-03"), seen("RWD", "New", "2025-12", "2026-07"))
    assert names_on(found, date(2022, 3, 31)) == [("Old", "stated")]
    assert names_on(found, date(2022, 4, 1)) == [("Old", "inferred")]
    assert names_on(found, date(2025, 11, 30)) == [("Old", "inferred")]
    assert names_on(found, date(2025, 12, 1)) == [("New", "stated")]
    assert all(name.start_date is None and name.end_date is None for name in found.of(Name))


def test_a_rename_goes_before_an_acquisition_and_a_curated_row_before_a_rule() -> None:
    pair = (body("R1"), seen("R1", "Old", "2015", "2015"), seen("R1", "New", "2021-01", "2021-01"))
    found = worked_out(*pair, *event("R1", date(2017, 1, 1)), *event("R1", date(2018, 1, 1), "rename"))
    assert names_on(found, date(2017, 6, 1)) == [("Old", "stated")]
    found = worked_out(*pair, *event("R1", date(2017, 1, 1)), *event("R1", date(2018, 1, 1), rule="older"))
    assert names_on(found, date(2017, 6, 1)) == [("New", "stated")]


def test_two_equal_events_leave_the_day_unknown() -> None:
    pair = (body("R1"), seen("R1", "Old", "2015", "2015"), seen("R1", "New", "2021-01", "2021-01"))
    found = worked_out(*pair, *event("R1", date(2017, 1, 1)), *event("R1", date(2018, 1, 1)))
    assert names_on(found, date(2017, 6, 1)) == [("Old", "inferred")]


def test_an_event_outside_the_gap_dates_nothing() -> None:
    pair = (body("R1"), seen("R1", "Old", "2015", "2015"), seen("R1", "New", "2021-01", "2021-01"))
    found = worked_out(*pair, *event("R1", date(2014, 1, 1)), *event("R1", date(2021, 2, 2)))
    assert names_on(found, date(2020, 6, 1)) == [("Old", "inferred")]


def test_the_last_name_of_an_ended_body_is_stated_to_its_end_and_stays() -> None:
    found = worked_out(body("RQ6", end=date(2019, 10, 1)), seen("RQ6", "Royal Liverpool", "2015", "2026-07"))
    assert names_on(found, date(2019, 9, 30)) == [("Royal Liverpool", "stated")]
    assert names_on(found, date(2022, 1, 1)) == [("Royal Liverpool", "last_known")]


def test_a_name_first_seen_after_the_end_is_that_of_the_last_day() -> None:
    found = worked_out(
        body("RX", end=date(2019, 10, 1)), seen("RX", "Old", "2015", "2015"), seen("RX", "Last", "2025-12", "2026-07")
    )
    assert names_on(found, date(2019, 9, 29)) == [("Old", "inferred")]
    assert names_on(found, date(2019, 9, 30)) == [("Last", "stated")]


def test_a_dated_name_ends_the_seen_one_before_it() -> None:
    sub_icb = Name(organisation_id="02P", name="ICB - 02P", start_date=date(2022, 7, 1), source_ids=S)
    found = worked_out(body("02P", date(2013, 4, 1)), seen("02P", "Barnsley CCG", "2017-04", "2022-01"), sub_icb)
    assert names_on(found, date(2022, 6, 30)) == [("Barnsley CCG", "stated")]
    assert names_on(found, date(2022, 7, 1)) == [("ICB - 02P", "stated")]
    assert names_on(found, date(2030, 7, 1)) == [("ICB - 02P", "stated")]


def test_a_name_of_which_only_the_end_is_known_is_stated_of_its_last_day() -> None:
    day = date(2013, 10, 1)
    found = worked_out(
        body("RJ2", date(1993, 4, 1)),
        Name(organisation_id="RJ2", name="Lewisham Healthcare", end_date=day, source_ids=S),
        Name(organisation_id="RJ2", name="Lewisham and Greenwich", start_date=day, source_ids=S),
        seen("RJ2", "Lewisham and Greenwich", "2015", "2026-07"),
    )
    assert names_on(found, date(2013, 9, 29)) == [("Lewisham Healthcare", "inferred")]
    assert names_on(found, date(2013, 9, 30)) == [("Lewisham Healthcare", "stated")]
    assert names_on(found, day) == [("Lewisham and Greenwich", "stated")]
    assert names_on(found, date(2027, 1, 1)) == [("Lewisham and Greenwich", "last_known")]


def test_a_dated_name_is_last_known_after_its_last_sighting() -> None:
    """A sub-ICB location is named after its board, and boards merge."""
    name = Name(
        organisation_id="06N",
        name="ICB - 06N",
        start_date=date(2022, 7, 1),
        first_seen="2022-07",
        last_seen="2025-12",
        source_ids=S,
    )
    found = worked_out(body("06N", date(2013, 4, 1)), name)
    assert names_on(found, date(2025, 12, 31)) == [("ICB - 06N", "stated")]
    assert names_on(found, date(2026, 4, 1)) == [("ICB - 06N", "last_known")]


def test_neighbours_of_equal_spelling_are_one_name() -> None:
    found = worked_out(body("R1"), seen("R1", "A & B", "2015", "2015"), seen("R1", "A and B", "2021-01", "2022-03"))
    (name,) = found.of(Name)
    assert (name.name, name.first_seen, name.last_seen) == ("A & B", "2015", "2022-03")


def test_a_kind_stays_until_the_next_and_inside_the_life() -> None:
    found = worked_out(
        body("R1", date(2000, 4, 1), date(2024, 4, 1)),
        kind("R1", "nhs_trust", "2015", "2021-01"),
        kind("R1", "foundation_trust", "2022-03", "2026-07"),
    )

    def kinds(day: date) -> list[tuple[str, str | None]]:
        shown = ((c.kind, c.window.certainty(day)) for c in found.of(Classification))
        return [row for row in shown if row[1]]

    assert kinds(date(2000, 3, 31)) == []
    assert kinds(date(2000, 4, 1)) == [("nhs_trust", "inferred")]
    assert kinds(date(2022, 2, 1)) == [("nhs_trust", "inferred")]
    assert kinds(date(2022, 3, 1)) == [("foundation_trust", "stated")]
    assert kinds(date(2024, 3, 31)) == [("foundation_trust", "stated")]
    assert kinds(date(2024, 4, 1)) == []


def test_a_foundation_trust_is_a_trust_of_unknown_form_before_the_first_snapshot() -> None:
    found = worked_out(body("R1", date(1994, 4, 1)), kind("R1", "foundation_trust", "2015", "2026-07"))
    shown = {c.kind: c.window.certainty(date(1995, 1, 1)) for c in found.of(Classification)}
    assert shown == {"foundation_trust": None, "trust": "inferred"}


def test_a_parent_is_unknown_before_its_first_sighting_and_changes_with_the_next() -> None:
    found = worked_out(
        body("R1", date(1994, 4, 1)),
        body("QA", end=date(2026, 4, 1)),
        body("QB", date(2026, 4, 1)),
        relation("R1", "QA", "2021-01", "2025-12"),
        relation("R1", "QB", "2026-04", "2026-07"),
    )

    def parents(day: date) -> list[tuple[str, str | None]]:
        shown = ((r.object_id, r.window.certainty(day)) for r in found.of(Relation))
        return [row for row in shown if row[1]]

    assert parents(date(2020, 12, 31)) == []
    assert parents(date(2025, 12, 31)) == [("QA", "stated")]
    assert parents(date(2026, 3, 31)) == [("QA", "inferred")]
    assert parents(date(2026, 4, 1)) == [("QB", "stated")]
    assert parents(date(2027, 4, 1)) == [("QB", "last_known")]


def test_memberships_do_not_end_each_other() -> None:
    found = worked_out(
        body("R1"),
        body("G1"),
        body("G2"),
        relation("R1", "G1", "2021-01", "2021-01", "MEMBER_OF"),
        relation("R1", "G2", "2022-01", "2022-01", "MEMBER_OF"),
    )
    assert all(r.window.certainty(date(2023, 1, 1)) == "last_known" for r in found.of(Relation))


def test_a_value_seen_between_two_sightings_of_another_is_a_conflict() -> None:
    found = worked_out(
        body("RPG"),
        body("QKS"),
        body("QKK"),
        relation("RPG", "QKS", "2021-01", "2026-07"),
        relation("RPG", "QKK", "2022-03", "2022-03"),
    )
    assert [r.object_id for r in found.of(Relation)] == ["QKS"]
    assert [(c.value_a, c.value_b) for c in found.of(Conflict)] == [("QKS", "QKK")]


def test_bodies_that_only_successions_name_are_codes_without_a_name() -> None:
    found = worked_out(
        Succession(
            predecessor_id="4CG71", successor_id="5CJ", effective_date=date(2000, 10, 1), event_id="e", source_ids=S
        )
    )
    assert [(o.id, o.name, o.source_ids) for o in found.of(Organisation)] == [("4CG71", None, S), ("5CJ", None, S)]


def test_working_it_out_twice_changes_nothing() -> None:
    found = worked_out(*RA7, kind("RA7", "foundation_trust", "2015", "2026-07"), body("QUY"))
    once = list(found)
    derive_names.apply(found)
    assert list(found) == once
