"""What somebody said of NHS bodies, held against the graph as of the day it was said (MODEL, Claim).

Each claim names the command that can test it and what that should give: a number, a range, or true. What the graph
cannot know stays `cannot_be_checked`, with the reason. A holder who is only last known proves nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Claim
from nhs_graph.graph.interval import start_text
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.names import bare
from nhs_graph.graph.roles import role_of, with_narrower
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import boundaries, changes, leaders, lineage, organisations
from nhs_graph.queries.question import Row, Sources

Verdict = Literal["supported", "contradicted", "cannot_be_checked"]
Words = Mapping[str, str]
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(%?)(?:\.\.(\d+(?:\.\d+)?)(%?))?(?:;.*)?")


@dataclass(frozen=True)
class Found:
    """What a question gave: in words, and as what can be compared: a number, whether it is so, or nothing."""

    told: str
    value: float | bool | None
    sources: tuple[str, ...] = ()


class ClaimRow(Row):
    """A claim: who said what when, in our words, and the question that can test it."""

    id: str
    claim: str
    said_on: str | None
    expected: str | None
    query: str | None
    said_by: str
    topic: str
    subject_ids: tuple[str, ...]
    sources: Sources


class CheckedRow(Row):
    """A claim against the graph; `as_of` is the day of the answer, `found` what it was or why there is none."""

    id: str
    claim: str
    said_on: str | None
    expected: str | None
    found: str
    verdict: Verdict
    query: str | None
    as_of: date | None
    sources: Sources


def claims(store: Store, topic: str | None = None, organisation_id: str | None = None) -> list[ClaimRow]:
    """All claims, or those on a topic or about a body, by id."""
    return [
        ClaimRow(
            id=claim.id,
            claim=claim.text,
            said_on=start_text(claim.said_on, claim.said_precision),
            expected=claim.expected,
            query=_asked(claim),
            said_by=claim.said_by,
            topic=claim.topic,
            subject_ids=claim.subject_ids,
            sources=claim.source_ids,
        )
        for claim in store.facts(Selection(Claim))
        if topic in (None, claim.topic) and organisation_id in (None, *claim.subject_ids)
    ]


def check(store: Store, claim_id: str | None = None, as_of: date | None = None) -> list[CheckedRow]:
    """One claim or all, tested as of the day in the claim's question, else the day it was said; or of another day.

    Raises UsageProblem for an id that is no claim.
    """
    found = list(store.facts(Selection(Claim, {"id": (claim_id,)} if claim_id else {})))
    if claim_id and not found:
        known = [claim.id for claim in store.facts(Selection(Claim))]
        raise UsageProblem(f"no claim is called {claim_id!r}", hint="nhs-graph claims list", suggestions=known)
    return [_checked(store, claim, as_of) for claim in found]


def _checked(store: Store, claim: Claim, as_of: date | None) -> CheckedRow:
    words = _words(claim.params)
    own = date.fromisoformat(words["as-of"]) if "as-of" in words else claim.said_on
    day = as_of or own
    answer = _QUESTIONS.get(claim.query or "")
    reason = _not_checkable(claim, known=answer is not None)
    found = Found(reason, None) if reason or not answer else answer(store, words, day)
    return CheckedRow(
        id=claim.id,
        claim=claim.text,
        said_on=start_text(claim.said_on, claim.said_precision),
        expected=claim.expected,
        found=found.told,
        verdict=_verdict(found.value, claim.expected or ""),
        query=_asked(claim),
        as_of=None if reason else day,
        sources=claim.source_ids + found.sources,
    )


def _not_checkable(claim: Claim, *, known: bool) -> str:
    if (claim.expected or "").startswith("cannot be checked"):
        return (claim.expected or "").removeprefix("cannot be checked").lstrip(": ")
    return "" if known else f"no question {claim.query!r} can test a claim"


def _asked(claim: Claim) -> str | None:
    return " ".join(filter(None, (claim.query, claim.params))) or None


def _words(params: str | None) -> dict[str, str]:
    parts = (part.partition("=") for part in (params or "").split(";") if part)
    return {key: value for key, _, value in parts}


def _verdict(value: float | bool | None, expected: str) -> Verdict:
    if value is None:
        return "cannot_be_checked"
    if isinstance(value, bool):
        return "supported" if value else "contradicted"
    if expected.startswith("none"):
        return "contradicted" if value else "supported"
    asked = _RANGE.fullmatch(expected)
    if not asked:
        return "cannot_be_checked"
    scale = 100 if asked[2] or asked[4] else 1
    least, most = float(asked[1]) / scale, float(asked[3] or asked[1]) / scale
    return "supported" if least <= value <= most else "contradicted"


def _systems(store: Store, words: Words, day: date) -> Found:
    """How many systems cross council borders, above the floor; the strict number beside it."""
    params = boundaries.SystemParams.model_validate(_boundary(words, day))
    rows = boundaries.SYSTEMS.run(store, params)
    strict = sum(row.verdict == "crosses" for row in rows)
    above = sum(row.verdict_above_floor == "crosses" for row in rows)
    value = above if words.get("count") == "crosses_above_floor" else strict
    told = f"{above} above the floor of {words.get('floor', '0.02')}, {strict} by the strict rule"
    return Found(told, value, _cited(rows))


def _councils(store: Store, words: Words, day: date) -> Found:
    """Whether all the named councils are split."""
    params = boundaries.CouncilParams.model_validate(_boundary(words, day) | {"include_all": True})
    found = {bare(row.council_name): row for row in boundaries.COUNCILS.run(store, params)}
    named = {name: found.get(bare(name)) for name in words["includes"].split(",")}
    if unknown := [name for name, row in named.items() if row is None]:
        return Found(f"no council is called {unknown[0]} on {day}", None)
    rows = [row for row in named.values() if row]
    told = ", ".join(f"{row.council_name} {row.verdict}" for row in rows)
    return Found(told, all(row.verdict == "split" for row in rows), _cited(rows))


def _boundary(words: Words, day: date) -> dict[str, object]:
    given = {"council": words.get("council"), "floor_share": words.get("floor")}
    return {"as_of": day, **{name: value for name, value in given.items() if value}}


def _counted(store: Store, words: Words, day: date) -> Found:
    """How many bodies of a kind there are, or which share of them a number is."""
    rows = organisations.list_of(store, with_sub_kinds(words["kind"]), day)
    count = len(rows)
    if "numerator" not in words:
        return Found(str(count), count, _cited(rows))
    part = int(words["numerator"])
    if not count:
        return Found(f"there is no {words['kind']} on {day}", None)
    return Found(f"{part} of {count} = {100 * part / count:.1f}%; which ones is unknown", part / count, _cited(rows))


def _parent(store: Store, words: Words, day: date) -> Found:
    """Whether a body carries on another, in the year said."""
    params = lineage.LineageParams(organisation_id=words["id"], direction="back", as_of=day)
    rows = [r for r in lineage.SHOW.run(store, params) if r.predecessor_id == words["includes"] and r.depth == 1]
    rows = [r for r in rows if r.relation == "succession"]
    if not rows:
        return Found(f"{words['includes']} is no parent of {words['id']} by {day}", False)
    row = rows[0]
    press = f", called {row.press_kind} in the press" if row.press_kind else ""
    told = f"{row.predecessor_id} to {row.successor_id} on {row.effective_date}, {row.kind} in law{press}"
    in_year = words.get("year") in (None, str(row.effective_date.year))
    return Found(told, in_year, _cited(rows))


def _leader(store: Store, words: Words, day: date) -> Found:
    """Whether a person holds a post; a last known holder is neither proof nor disproof."""
    roles = tuple(sorted(with_narrower(role_of(words["role"]))))
    params = leaders.LeaderParams(as_of=day, organisation_id=words["organisation"], roles=roles)
    rows = leaders.LIST.run(store, params)
    if not rows:
        return Found("no holder is known on that day", None)
    told = ", ".join(f"{row.person}, {row.certainty}" for row in rows)
    sure = [row for row in rows if row.certainty != "last_known"]
    if not sure:
        return Found(f"{told}: not known to be in post on {day}", None, _cited(rows))
    return Found(told, any(row.person == words["person"] for row in sure), _cited(rows))


def _events(store: Store, words: Words, day: date) -> Found:
    """How many events of a kind and status a body is party to."""
    asked = changes.EventFilter(
        kinds=tuple(filter(None, words.get("kind", "").split(","))),
        statuses=tuple(filter(None, words.get("status", "").split(","))),
        organisation_id=words.get("organisation"),
    )
    rows = changes.events(store, asked, day)
    named = ", ".join(row.event_id for row in rows[:3])
    return Found(f"{len(rows)}: {named}" if rows else "none", len(rows), _cited(rows))


class _Sourced(Protocol):
    @property
    def sources(self) -> tuple[str, ...]: ...


def _cited(rows: Iterable[_Sourced]) -> tuple[str, ...]:
    return tuple(source for row in rows for source in row.sources)


_QUESTIONS: dict[str, Callable[[Store, Words, date], Found]] = {
    "boundaries systems": _systems,
    "boundaries councils": _councils,
    "organisation list": _counted,
    "lineage show": _parent,
    "leaders list": _leader,
    "lineage events": _events,
}
"""The commands that can test a claim."""
