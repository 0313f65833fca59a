"""`nhs-graph boundaries`: councils and health systems that share land."""

from enum import Enum
from typing import Annotated, Any

import typer

from nhs_graph.cli.options import Session, answering
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer(no_args_is_help=True)


class Council(Enum):
    """Which councils."""

    upper = "upper"
    lower = "lower"
    combined = "combined"


class Level(Enum):
    """Which health areas."""

    system = "system"
    ccg = "ccg"
    sicbl = "sicbl"


class Measure(Enum):
    """What is counted."""

    people = "people"
    lsoas = "lsoas"
    area = "area"


CouncilOption = Annotated[Council, typer.Option("--council", help="Upper or lower tier, or combined authorities.")]
LevelOption = Annotated[Level, typer.Option("--system", help="Systems, or commissioning groups and their successors.")]
MeasureOption = Annotated[Measure, typer.Option("--measure", help="What shares count.")]
FloorOption = Annotated[str, typer.Option("--floor", help="Smaller parts are slivers: 0.02, 2% or 10000people.")]
AllOption = Annotated[bool, typer.Option("--all", help="Also those whose borders agree.")]


def _floor(text: str) -> dict[str, Any]:
    """The floor as parameters of a question.

    Raises UsageProblem for a word that is no floor.
    """
    try:
        if text.endswith("people"):
            return {"floor_share": None, "floor_people": int(text.removesuffix("people").replace(",", ""))}
        share = float(text.removesuffix("%")) / 100 if text.endswith("%") else float(text)
    except ValueError as error:
        raise UsageProblem(
            f"{text!r} is no floor", hint="write --floor 0.02, --floor 2% or --floor 10000people"
        ) from error
    if not 0 <= share <= 1:
        raise UsageProblem(f"{text!r} is no share between 0 and 1", hint="write --floor 0.02 or --floor 2%")
    return {"floor_share": share, "floor_people": None}


def _common(session: Session, council: Council, system: Level, measure: Measure, floor: str) -> dict[str, Any]:
    if measure is Measure.area:
        raise UsageProblem(
            "the bundle holds no areas in square kilometres", hint="add --measure people or --measure lsoas"
        )
    names = {"as_of": session.day, "council": council.value, "system": system.value, "measure": measure.value}
    return {**names, **_floor(floor)}


def _body(session: Session, text: str | None) -> str | None:
    from nhs_graph.queries.resolve import resolve

    return resolve(session.opened, text, session.day) if text else None


@app.command()
@answering(graph=True)
def overlaps(
    session: Session,
    system_id: Annotated[str | None, typer.Option("--system-id", help="Only pairs of this system.")] = None,
    council_id: Annotated[str | None, typer.Option("--council-id", help="Only pairs of this council.")] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
) -> None:
    """Every council and system that share land, with people, LSOAs and shares both ways.

    Example: nhs-graph boundaries overlaps --council-id Cumbria --as-of 2021-04-01
    """
    from nhs_graph.queries import boundaries as q

    common = _common(session, council, system, measure, floor)
    bodies = {"council_id": _body(session, council_id), "system_id": _body(session, system_id)}
    params = q.OverlapParams.model_validate({**common, **bodies})
    rows = session.ask(q.OVERLAPS, params)
    if not rows:
        q.check_covered(session.opened, params)
    session.show(rows, q.OverlapRow)


@app.command()
@answering(graph=True)
def councils(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[COUNCIL]", help="One council, by code or name.")] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
    everything: AllOption = False,
) -> None:
    """Which councils lay in more than one system, and with what parts.

    Example: nhs-graph boundaries councils --as-of 2021-04-01
    """
    from nhs_graph.queries import boundaries as q

    common = _common(session, council, system, measure, floor)
    params = q.CouncilParams.model_validate({**common, "council_id": _body(session, name), "include_all": everything})
    rows = session.ask(q.COUNCILS, params)
    if not rows:
        q.check_covered(session.opened, params)
    session.show(rows, q.CouncilRow)


@app.command()
@answering(graph=True)
def systems(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[SYSTEM]", help="One system, by code or name.")] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
    everything: AllOption = False,
) -> None:
    """Which systems cross the borders of councils, strictly and above the floor.

    Example: nhs-graph boundaries systems --as-of 2021-04-01 --floor 10000people
    """
    from nhs_graph.queries import boundaries as q

    common = _common(session, council, system, measure, floor)
    params = q.SystemParams.model_validate({**common, "system_id": _body(session, name), "include_all": everything})
    rows = session.ask(q.SYSTEMS, params)
    if not rows:
        q.check_covered(session.opened, params)
    session.show(rows, q.SystemRow)
