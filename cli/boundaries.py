"""`nhs-graph boundaries`: councils and health systems that share land."""

from typing import Annotated

import typer

from nhs_graph.cli import boundary_changes, boundary_pictures, boundary_polygons
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
from nhs_graph.cli.options import Session, answering

app = typer.Typer(no_args_is_help=True)


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
    from nhs_graph.queries.boundary_days import check_covered

    shared = common(session, council, system, measure, floor, own=True)
    bodies = {"council_id": council_named(session, council_id), "system_id": system_named(session, system_id)}
    params = q.OverlapParams.model_validate({**shared, **bodies})
    rows = session.ask(q.OVERLAPS, params)
    if not rows:
        check_covered(session.opened, params)
    told = f"{len({row.council_id for row in rows})} councils and {len({row.system_id for row in rows})} systems"
    session.notes += summary(f"{told} share land", rows, params)
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
    from nhs_graph.queries.boundary_days import check_covered

    shared = common(session, council, system, measure, floor, own=True)
    params = q.CouncilParams.model_validate(
        {**shared, "council_id": council_named(session, name), "include_all": everything}
    )
    rows = session.ask(q.COUNCILS, params)
    if not rows:
        check_covered(session.opened, params)
    split = sum(row.verdict == "split" for row in rows)
    above = sum(row.verdict == "split" and q.is_split_above(row.parts, params) for row in rows)
    session.notes += summary(f"{split} councils split, {above} above the floor", rows, params)
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
    from nhs_graph.queries.boundary_days import check_covered

    shared = common(session, council, system, measure, floor, own=True)
    params = q.SystemParams.model_validate(
        {**shared, "system_id": system_named(session, name), "include_all": everything}
    )
    rows = session.ask(q.SYSTEMS, params)
    if not rows:
        check_covered(session.opened, params)
    crossing = sum(row.verdict == "crosses" for row in rows)
    above = sum(row.verdict_above_floor == "crosses" for row in rows)
    session.notes += summary(f"{crossing} systems cross, {above} above the floor", rows, params)
    session.show(rows, q.SystemRow)


app.command()(boundary_changes.coterminous)
app.command()(boundary_changes.diff)
app.command()(boundary_changes.whatif)
app.command()(boundary_pictures.matrix)
app.command(name="map")(boundary_pictures.map_)
app.command()(boundary_polygons.polygons)
