"""`python -m nhs_graph.cli.bundle_page FILE`: the page "What is in the bundle", written from the bundle itself.

Every number on it is counted anew; a test holds that the page is current, another one works out the table of vintages
from the source files by itself.
"""

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from nhs_graph.graph.facts import Classification, Fact, Overlap, Source
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX, KINDS, TIERS
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.loading import load_bundle
from nhs_graph.queries import boundaries as q

_INTRO = """\
# What is in the bundle

Made by `make docs` from the bundle that ships; do not edit by hand. What each kind of fact means: the model in
[graph/facts.py](../graph/facts.py). Rows used and left out of each source file, and the files not used with the reason:
`make bundle` prints them.
"""

_MISSING = """\
## What is missing

- **Boundaries.** No map of 2016 (125 LSOAs moved between commissioning groups before the next lookup). No official map
  of April 2026: that vintage is derived from the successions of the boards, without a level of sub-ICB locations. Maps
  of 2018, April 2023 and April 2025 are derived from the lookups before and after. No areas in square kilometres.
- **Combined authorities.** Devon and Torbay, Lancashire. No file dates a membership: members are seen in 2019, 2020,
  2021, 2023 and July 2025; those of the North East since 2024-05-02 are inferred.
- **Councils.** Bodies abolished on 2009-04-01 unless an Order names them. Official names of councils before their last
  change of name, but for one.
- **NHS bodies before 2013.** Names of health authorities, strategic or not, and of primary care trusts that ended
  before 2013; when a primary care trust ended. Which commissioning group carried on what of a primary care trust: a
  published list of postcodes in common is all there is, so those are parties of its end and no heirs.
- **Trusts.** When a trust became a foundation trust. Systems of trusts between 2017 and 2020. 22 changes of name are
  known only to lie between two snapshots of the register. Sites, practices, networks and pharmacies: only in the full
  register.
- **Who followed** the local offices of NHS England that ended in 2018 and 2020.
- **Leaders** are thin before 2013 and for mental health, community and commissioning bodies.
"""


def page(facts: Iterable[Fact], store: Store) -> str:
    """The whole page as Markdown."""
    every = list(facts)
    parts = [_INTRO, *_facts(every), *_kinds(every), *_vintages(every, store), _MISSING, *_sources(every)]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _table(heads: list[str], rows: Iterable[list[object]]) -> str:
    lines = [heads, ["---"] * len(heads), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def _facts(every: list[Fact]) -> Iterator[str]:
    counts = Counter(type(fact).__name__ for fact in every)
    yield "## Facts\n"
    yield _table(["fact", "rows"], ([name, f"{number:,}"] for name, number in counts.items()))


def _kinds(every: list[Fact]) -> Iterator[str]:
    """Each kind with its bodies, the stretch in which there is one, and the number in several years."""
    days = [date(year, 4, 1) for year in (2009, 2013, 2017, 2019, 2021, 2023, 2025, 2026)]
    kinds: dict[str, list[Classification]] = defaultdict(list)
    for fact in every:
        if isinstance(fact, Classification):
            kinds[fact.kind].append(fact)
    rows: list[list[object]] = []
    for kind in KINDS:
        if found := kinds[kind]:
            here = [sum(c.window.certainty(day) is not None for c in found) for day in days]
            rows.append([kind, len({c.organisation_id for c in found}), *(number or "" for number in here)])
    yield "## Bodies by kind\n\nHow many there ever were, and on the first of April of some years, however certain.\n"
    yield _table(["kind", "ever", *(str(day.year) for day in days)], rows)


def _vintages(every: list[Fact], store: Store) -> Iterator[str]:
    overlaps = [fact for fact in every if isinstance(fact, Overlap)]
    heads = ["vintage", "from", "until", "basis", "people", "councils", "number", "pairs", "split"]
    systems = ["systems", "not coterminous", "above 2%", "above 10,000 people"]
    yield (
        "## Boundaries\n\n"
        "Each vintage in its period, by tier of councils: pairs of a council and a health system that share LSOAs,\n"
        "councils in more than one system, and systems that hold part, not all, of one: strictly, and counting only\n"
        "parts of at least 2% of the council's people or of 10,000 people.\n"
    )
    yield _table([*heads, *systems], _rows(overlaps, "E54", store))
    yield "The same councils with commissioning groups and, from 2022-07-01, sub-ICB locations:\n"
    yield _table([*heads, "groups"], _rows(overlaps, "E38", store))


def _rows(overlaps: list[Overlap], prefix: str, store: Store) -> Iterator[list[object]]:
    mine = [o for o in overlaps if o.right_gss.startswith(prefix)]
    for name in sorted(
        {o.vintage for o in mine}, key=lambda n: min((str(o.start_date), n) for o in mine if o.vintage == n)
    ):
        here = [o for o in mine if o.vintage == name]
        kinds = {COUNCIL_KIND_BY_PREFIX[o.left_gss[:3]] for o in here}
        first = here[0]
        for tier in ("upper", "lower", "combined"):
            if kinds & TIERS[tier] and first.start_date:
                period = [first.start_date, first.end_date or "", first.basis, first.population_base]
                yield [name, *period, tier, *_counts(first.start_date, tier, prefix, store)]


def _counts(day: date, tier: str, prefix: str, store: Store) -> list[object]:
    common = {"as_of": day, "council": tier, "system": "system" if prefix == "E54" else "ccg", "include_all": True}
    params = q.SystemParams.model_validate(common)
    graph = q.SYSTEMS.read(store, params)
    councils = q.COUNCILS.answer(graph, q.CouncilParams.model_validate(common))
    by_share = q.SYSTEMS.answer(graph, params)
    split = sum(row.verdict == "split" for row in councils)
    told: list[object] = [len(councils), sum(row.systems for row in councils), split, len(by_share)]
    if prefix == "E38":
        return told
    by_people = q.SYSTEMS.answer(graph, params.model_copy(update={"floor_share": None, "floor_people": 10_000}))
    strict = sum(row.verdict == "crosses" for row in by_share)
    return [*told, strict, *(sum(r.verdict_above_floor == "crosses" for r in rows) for rows in (by_share, by_people))]


def _sources(every: list[Fact]) -> Iterator[str]:
    """Files one by one; pages and news items, which are many, by their publisher."""
    cited = Counter(source for fact in every for source in fact.source_ids)
    sources = sorted((fact for fact in every if isinstance(fact, Source)), key=lambda source: source.id)
    files = [source for source in sources if source.vintage or source.kind == "register"]
    pages = [source for source in sources if source not in files]
    yield "## Sources\n\nFiles, with the number of facts that rest on each:\n"
    rows: Iterator[list[object]] = (
        [s.id, s.title, s.publisher, s.vintage or "", s.licence, cited[s.id]] for s in files
    )
    yield _table(["source", "title", "publisher", "vintage", "licence", "facts"], rows)
    kinds = Counter(source.kind for source in pages)
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    yield f"Besides these, {len(pages)} pages and news items ({told}); `nhs-graph sources` lists all.\n"


def main(arguments: list[str]) -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:{Path(folder) / 'bundle.db'}", read_only=False)
        load_bundle(store)
        Path(arguments[0]).write_text(page(read_bundle(), store), encoding="utf-8")
        store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
