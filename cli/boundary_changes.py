"""`nhs-graph boundaries coterminous|diff|whatif`: checks, and what changed or would change."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from nhs_graph.cli.boundary_options import (
    AllOption,
    Council,
    CouncilOption,
    FloorOption,
    Level,
    LevelOption,
    Measure,
    MeasureOption,
    common,
    council_named,
    summary,
    system_named,
)
from nhs_graph.cli.options import Session, answering, full_date
from nhs_graph.graph.errors import UsageProblem

if TYPE_CHECKING:
    from nhs_graph.queries.boundary_diff import DiffRow
    from nhs_graph.queries.boundary_whatif import WhatIfRow


@answering(graph=True)
def coterminous(
    session: Session,
    name: Annotated[str, typer.Argument(metavar="SYSTEM", help="A system, by code or name.")],
    council_name: Annotated[str | None, typer.Argument(metavar="[COUNCIL]", help="Only against this council.")] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
) -> None:
    """Whether a system's borders agree with its councils', and why not; exit code 1 when they do not.

    Example: nhs-graph boundaries coterminous "Norfolk and Suffolk" --as-of 2026-11-01
    """
    from nhs_graph.queries import coterminous as q

    bodies = {"system_id": system_named(session, name), "council_id": council_named(session, council_name)}
    params = q.CoterminousParams.model_validate(
        {**common(session, council, system, measure, floor, own=True), **bodies}
    )
    row = q.coterminous(session.opened, params, session.engine.value)
    session.notes += summary(row.verdict, [row], params)
    session.show([row], q.CoterminousRow)
    if row.verdict != "coterminous":
        raise typer.Exit(1)


@answering(graph=True, as_of=False, cite=True)
def diff(
    session: Session,
    since: Annotated[str, typer.Argument(metavar="DATE1", help="The earlier day.")],
    until: Annotated[str, typer.Argument(metavar="DATE2", help="The later day.")],
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
    everything: AllOption = False,
) -> None:
    """Which councils became whole or split between two days, and what moved to another system.

    Example: nhs-graph boundaries diff 2022-06-30 2022-07-01
    """
    from nhs_graph.queries import boundary_diff as q
    from nhs_graph.queries.boundary_days import check_covered

    days = {"since": full_date(since), "as_of": full_date(until)}
    if days["as_of"] < days["since"]:
        raise UsageProblem(f"{until} is earlier than {since}", hint=f"nhs-graph boundaries diff {until} {since}")
    params = q.DiffParams.model_validate(
        {**common(session, council, system, measure, floor), **days, "include_all": everything}
    )
    rows = session.ask(q.DIFF, params)
    # A day without a map would look like a day on which every council began or ended.
    if not any(row.before for row in rows):
        check_covered(session.opened, params.model_copy(update={"as_of": params.since}))
    if not any(row.after for row in rows):
        check_covered(session.opened, params)
    session.notes += summary(_counts(rows), rows, params)
    session.notes += sorted({f"moved is unknown: {row.moved_unknown}" for row in rows if row.moved_unknown})
    session.show(rows, q.DiffRow)


@answering(graph=True)
def whatif(
    session: Session,
    merge: Annotated[
        list[str] | None, typer.Option("--merge", metavar="ID,ID", help="Systems that would merge; may be repeated.")
    ] = None,
    move: Annotated[
        list[str] | None,
        typer.Option("--move", metavar="COUNCIL:SYSTEM", help="A council that would move as a whole; may be repeated."),
    ] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
    everything: AllOption = False,
) -> None:
    """Which councils would become whole or split if systems merged, or councils went to another system.

    Example: nhs-graph boundaries whatif --merge QHG,QUE,QM7 --as-of 2024-04-01
    """
    from nhs_graph.queries import boundary_whatif as q
    from nhs_graph.queries.boundary_days import check_covered

    if not (merge or move):
        raise UsageProblem("nothing would happen", hint="add --merge QHG,QUE,QM7 or --move Essex:QH8")
    params = q.WhatIfParams.model_validate(
        {
            **common(session, council, system, measure, floor),
            "merges": [[system_named(session, word.strip()) for word in text.split(",")] for text in merge or []],
            "moves": [_move(session, text) for text in move or []],
            "include_all": everything,
        }
    )
    check_covered(session.opened, params)
    q.check_named(session.opened, params)
    rows = session.ask(q.WHAT_IF, params)
    session.notes += summary(_counts(rows), rows, params)
    session.show(rows, q.WhatIfRow)


def _move(session: Session, text: str) -> tuple[str | None, str | None]:
    """`COUNCIL:SYSTEM`; the codes of councils hold a colon of their own.

    Raises UsageProblem for a text without both.
    """
    council, colon, system = text.rpartition(":")
    if not colon or not council.removeprefix("la") or not system:
        raise UsageProblem(f"{text!r} is no move", hint="write COUNCIL:SYSTEM, for example --move Essex:QH8")
    return council_named(session, council), system_named(session, system)


def _counts(rows: "Sequence[DiffRow | WhatIfRow]") -> str:
    """How many councils changed, and how."""
    found = Counter(row.change for row in rows)
    return (
        ", ".join(f"{number} {change}" for change, number in sorted(found.items()))
        or "no council becomes whole or split, or moves"
    )
