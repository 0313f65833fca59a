"""`nhs-graph boundaries matrix|map`: councils and systems as pictures."""

from typing import Annotated

import typer

from nhs_graph.cli.boundary_options import (
    Council,
    CouncilOption,
    FloorOption,
    Level,
    LevelOption,
    Measure,
    MeasureOption,
    common,
)
from nhs_graph.cli.options import Session, answering, full_date
from nhs_graph.cli.pictures import PICTURES
from nhs_graph.graph.errors import UsageProblem

Everything = Annotated[bool, typer.Option("--all", help="Whole councils too, below the split ones.")]


@answering(graph=True, picture=PICTURES)
def matrix(
    session: Session,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
    everything: Everything = False,
) -> None:
    """A picture of councils x systems with shares in the cells, split councils first.

    Example: nhs-graph boundaries matrix --as-of 2021-04-01 -o matrix.svg
    """
    from nhs_graph.cli.pictures.matrix import matrix as drawn
    from nhs_graph.queries import boundaries as q
    from nhs_graph.queries.boundary_days import check_covered

    shared = common(session, council, system, measure, floor)
    params = q.CouncilParams.model_validate({**shared, "include_all": everything})
    rows = session.ask(q.COUNCILS, params)
    if not rows:
        check_covered(session.opened, params)
        session.notes.append("no council is split: add --all for the whole ones")
        return
    session.draw(drawn(rows, params), rows)


@answering(graph=True, picture=PICTURES)
def map_(
    session: Session,
    date1: Annotated[str | None, typer.Argument(metavar="[DATE1", help="Before; instead of --as-of.")] = None,
    date2: Annotated[str | None, typer.Argument(metavar="DATE2]", help="After.")] = None,
    council: CouncilOption = Council.upper,
    system: LevelOption = Level.system,
    measure: MeasureOption = Measure.people,
    floor: FloorOption = "2%",
) -> None:
    """A map of systems with the split councils hatched: of one day, or before and after.

    Example: nhs-graph boundaries map 2022-06-30 2022-07-01 -o map.svg
    """
    from nhs_graph.cli.pictures.boundary_map import one_day, two_days
    from nhs_graph.queries import boundaries as q
    from nhs_graph.queries.boundary_days import check_covered, members_on

    if (date1 or date2) and session.as_of:
        raise UsageProblem("the day is told twice", hint="leave out --as-of, or DATE1 and DATE2")
    if date1 and not date2:
        raise UsageProblem("before and after need two days", hint=f"add a later day, or write --as-of {date1}")
    days = [full_date(text) for text in (date1, date2) if text] or [session.day]
    shared = common(session, council, system, measure, floor)
    asked = [q.CouncilParams.model_validate({**shared, "as_of": day, "include_all": True}) for day in days]
    answers: list[list[q.CouncilRow]] = []
    for params in asked:
        answers.append(session.ask(q.COUNCILS, params))
        if not answers[-1]:
            check_covered(session.opened, params)
    if len(answers) == 2:
        session.dated = False
        both = members_on(session.opened, asked[0]), members_on(session.opened, asked[1])
        picture = two_days(answers[0], answers[1], (asked[0], asked[1]), both)
    else:
        picture = one_day(answers[0], asked[0], members_on(session.opened, asked[0]))
    session.draw(picture, [row for rows in answers for row in rows])
