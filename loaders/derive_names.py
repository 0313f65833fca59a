"""When names, kinds and relations answer: their as-of windows, worked out once (MODEL section 1, truth rule 7).

Of every body exactly one name is shown on each day. A change between two snapshots is dated by a completed event
that the body came out of, if one lies between them; otherwise the earlier name goes on, `inferred`, until the later
one is first seen. The earliest name reaches back, `inferred`; after its last sighting a name is `last_known`, but the
last name of a body that ended stays stated to its end and shown after it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, Classification, Name, Organisation, Party, Succession
from nhs_graph.graph.interval import Interval, PartialDate
from nhs_graph.graph.names import fold
from nhs_graph.loaders import groupings
from nhs_graph.loaders.derive_sightings import classifications, drop_contradicted, relations, seen_window
from nhs_graph.loaders.factset import FactSet

Events = dict[str, list[ChangeEvent]]
_RENAMING = ("rename", "acquisition", "merger", "formation", "split", "recode")


def apply(found: FactSet) -> None:
    """Set the windows of names, classifications and relations, and the latest name of every body."""
    _add_mentioned(found)
    groupings.join_sightings(found)
    lives = {body.id: body.interval for body in found.of(Organisation)}
    lives |= groupings.ends(found, lives)
    found.put(Name, _windows(found.of(Name), _events(found), lives))
    drop_contradicted(found)
    lives |= _inferred_lives(found, lives)
    classifications(found, lives)
    relations(found, lives)
    latest = {name.organisation_id: name.name for name in found.of(Name) if name.shown_until is None}
    bodies = [body.model_copy(update={"name": latest.get(body.id, body.name)}) for body in found.of(Organisation)]
    found.put(Organisation, bodies)


def _inferred_lives(found: FactSet, lives: dict[str, Interval]) -> dict[str, Interval]:
    """The lives of bodies that no source dates, by the events that made them or after which they were gone.

    A commissioning group's code lives on as a location: what a source shows after the day did not end on it.
    """
    later: dict[str, set[date | None]] = defaultdict(set)
    for kind in found.of(Classification):
        seen = PartialDate.parse(kind.last_seen).first if kind.last_seen else None
        later[kind.organisation_id] |= {kind.start_date, seen}
    dated = {event.id: event for event in found.of(ChangeEvent) if event.status == "completed"}
    starts: dict[str, date] = {}
    ends: dict[str, date] = {}
    for party in found.of(Party):
        code, event = party.organisation_id, dated.get(party.event_id)
        if event is None or event.effective_date is None:
            continue
        day = event.effective_date
        if party.side == "result" and event.kind in {"merger", "recode", "split"}:
            starts[code] = min(day, starts.get(code, day))
        if party.side == "original" and event.kind in {"merger", "recode", "dissolution"}:
            ends[code] = max(day, ends.get(code, day))
    told: dict[str, Interval] = {}
    for code in starts.keys() | ends.keys():
        life, end = lives.get(code, Interval()), ends.get(code)
        gone = end if end and not any(day and day >= end for day in later[code]) else None
        period = Interval(life.start or starts.get(code), life.end or gone)
        told[code] = life if period.empty else period
    return told


def _add_mentioned(found: FactSet) -> None:
    """Bodies that only a succession or an event names: a code without name and dates."""
    for pair in found.of(Succession):
        for code in (pair.predecessor_id, pair.successor_id):
            _add(found, code, pair.source_ids)
    for party in found.of(Party):
        _add(found, party.organisation_id, party.source_ids)


def _add(found: FactSet, code: str, sources: tuple[str, ...]) -> None:
    if found.get(Organisation, code) is None:
        found.add(Organisation(id=code, source_ids=sources))


def _events(found: FactSet) -> Events:
    """Completed events of a known day by the bodies that came out of them."""
    dated = {
        event.id: event
        for event in found.of(ChangeEvent)
        if event.status == "completed" and event.effective_date and event.effective_precision == "day"
    }
    events: Events = defaultdict(list)
    for party in found.of(Party):
        event = dated.get(party.event_id)
        if party.side == "result" and event and event.kind in _RENAMING:
            events[party.organisation_id].append(event)
    return events


def _windows(names: list[Name], events: Events, lives: dict[str, Interval]) -> Iterator[Name]:
    by_body: dict[str, list[Name]] = defaultdict(list)
    for name in names:
        by_body[name.organisation_id].append(name)
    for body, mine in by_body.items():
        chain = _dated_by_events(_merged(sorted(mine, key=_order)), events.get(body, []))
        yield from _chained(chain, lives.get(body, Interval()))


def _order(name: Name) -> tuple[str, str]:
    """By the first day known of the name; one with an end only comes before all it could precede."""
    first = name.start_date.isoformat() if name.start_date else name.first_seen or ""
    return first, name.end_date.isoformat() if name.end_date else "9999"


def _merged(names: list[Name]) -> list[Name]:
    """Neighbours of equal spelling are one name; the dates of the dated one count."""
    found: list[Name] = []
    for name in names:
        if found and fold(found[-1].name) == fold(name.name):
            found[-1] = _joined(found[-1], name)
        else:
            found.append(name)
    return found


def _joined(old: Name, new: Name) -> Name:
    (both,) = FactSet([old, new.model_copy(update={"start_date": old.start_date, "name": old.name})]).of(Name)
    start = old.start_date or (None if old.first_seen else new.start_date)
    end = max(old.end_date, new.end_date) if old.end_date and new.end_date else new.end_date
    return both.model_copy(update={"start_date": start, "end_date": end})


def _dated_by_events(names: list[Name], events: list[ChangeEvent]) -> list[Name]:
    """Give both names of a change between sightings the day of the event that lies between them."""
    chain = list(names)
    for i in range(len(chain) - 1):
        event = _event_between(chain[i], chain[i + 1], events)
        if event:
            day, sources = event.effective_date, event.source_ids
            for j, side in ((i, "end_date"), (i + 1, "start_date")):
                ids = tuple(sorted({*chain[j].source_ids, *sources}))
                chain[j] = chain[j].model_copy(update={side: day, "source_ids": ids})
    return chain


def _event_between(old: Name, new: Name, events: list[ChangeEvent]) -> ChangeEvent | None:
    """The event after which the later name was seen; a rename before a merger, a curated row before a rule.

    Two events of equal standing on different days leave the day unknown.
    """
    if old.end_date or new.start_date or not old.last_seen or not new.first_seen:
        return None
    after, until = PartialDate.parse(old.last_seen).first, PartialDate.parse(new.first_seen).until
    ranked = sorted(
        (event.kind != "rename", event.rule != "curated", event.effective_date, event.id)
        for event in events
        if event.effective_date and after < event.effective_date <= until
    )
    best = [row for row in ranked if row[:2] == ranked[0][:2]]
    if len({row[2] for row in best}) != 1:
        return None
    return next(event for event in events if event.id == best[0][3])


def _chained(chain: list[Name], life: Interval) -> Iterator[Name]:
    """Each name is shown from where the one before it stops."""
    shown_from = None
    for i, name in enumerate(chain):
        following = chain[i + 1] if i + 1 < len(chain) else None
        window = seen_window(name, life)
        stated_from, stated_until = window.start, window.end
        if following is None:
            shown_until = None
            if life.end and name.end_date is None:
                stated_until = life.end
        elif following.start_date:
            shown_until = following.start_date
            stated_until = name.end_date if name.end_date and name.end_date < shown_until else shown_until
        else:
            shown_until = name.end_date or seen_window(following, life).start
        if shown_from and (stated_from is None or stated_from < shown_from):
            stated_from = shown_from
        if shown_until and (stated_until is None or stated_until > shown_until):
            stated_until = shown_until
        yield name.model_copy(
            update={
                "shown_from": shown_from,
                "stated_from": stated_from,
                "stated_until": stated_until,
                "shown_until": shown_until,
            }
        )
        shown_from = shown_until
