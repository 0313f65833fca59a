"""The options that `boundaries` commands share, and what they make of them."""

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import typer

from nhs_graph.cli.options import Session
from nhs_graph.graph.errors import UsageProblem

if TYPE_CHECKING:
    from nhs_graph.queries.boundaries import BoundaryParams


class Counted(Protocol):
    """A row that says what its numbers rest on."""

    @property
    def basis(self) -> str:
        """Whether the lookup is the publisher's own."""
        ...

    @property
    def population_base(self) -> str:
        """Whose people are counted."""
        ...


class Council(Enum):
    """Which councils."""

    upper = "upper"
    lower = "lower"
    combined = "combined"
    own = "own"


class Level(Enum):
    """Which health areas."""

    system = "system"
    ccg = "ccg"
    sicbl = "sicbl"
    own = "own"


class Measure(Enum):
    """What is counted."""

    people = "people"
    lsoas = "lsoas"
    area = "area"


CouncilOption = Annotated[
    Council, typer.Option("--council", help="Upper or lower tier, combined authorities, or areas of your own.")
]
LevelOption = Annotated[
    Level, typer.Option("--system", help="Systems, commissioning groups and their successors, or areas of your own.")
]
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


def common(
    session: Session, council: Council, system: Level, measure: Measure, floor: str, *, own: bool = False
) -> dict[str, Any]:
    """The parameters that all boundary questions share; `own` when areas of a user's own may be asked for.

    Raises UsageProblem for a floor that is none, and for a measure that no fact has.
    """
    mine = Council.own is council, Level.own is system
    if any(mine) and not own:
        raise UsageProblem(
            "areas of your own have no hand-overs and no outlines on maps",
            hint="nhs-graph boundaries overlaps, councils, systems or coterminous",
        )
    if all(mine):
        raise UsageProblem(
            "areas of your own are not held against each other in the store",
            hint="nhs-graph boundaries polygons LEFT RIGHT compares two files",
        )
    if any(mine) and (council is Council.combined or system not in {Level.system, Level.own}):
        raise UsageProblem(
            "areas of your own are held against systems and against councils of the upper and lower tier only",
            hint="add --council own alone, or --system own with --council upper or lower",
        )
    if any(mine) and (measure is not Measure.area or floor.endswith("people")):
        raise UsageProblem(
            "nobody counted the people and LSOAs of areas of your own",
            hint="add --measure area, and a floor in percent",
        )
    if measure is Measure.area and not any(mine):
        raise UsageProblem(
            "land is measured only for areas of your own; of councils and systems the people and LSOAs are counted",
            hint="add --measure people or lsoas, or load polygons: nhs-graph load FILE --source polygons",
        )
    names = {"as_of": session.day, "council": council.value, "system": system.value, "measure": measure.value}
    return {**names, **_floor(floor)}


def council_named(session: Session, text: str | None) -> str | None:
    """The id of a council that a code or name means, None for None.

    Raises UnknownName when none or several answer to it.
    """
    return _named(session, text, ("county", "upper_tier", "lower_tier", "combined_authority"))


def system_named(session: Session, text: str | None) -> str | None:
    """The id of a system or commissioner that a code or name means, None for None.

    Raises UnknownName when none or several answer to it.
    """
    return _named(session, text, ("system", "ccg", "sicbl"))


def _named(session: Session, text: str | None, kinds: tuple[str, ...]) -> str | None:
    from nhs_graph.graph.kinds import with_sub_kinds
    from nhs_graph.queries.resolve import resolve

    known = {kind for word in kinds for kind in with_sub_kinds(word)}
    return resolve(session.opened, text, session.day, known) if text else None


def summary(told: str, rows: Sequence[Counted], params: "BoundaryParams") -> list[str]:
    """One line for stderr: the counts, and by what they were counted."""
    if not rows:
        return [told]
    floor = f"{100 * params.floor_share:g}%" if params.floor_share is not None else f"{params.floor_people:,} people"
    bases = " and ".join(sorted({row.population_base for row in rows}))
    kinds = " and ".join(sorted({row.basis for row in rows}))
    by = f"{params.measure} ({bases})" if params.measure == "people" else params.measure
    councils = "areas of your own" if params.council == "own" else f"{params.council} councils"
    rests = "polygons, not a lookup" if kinds == "polygons" else f"{kinds} lookup"
    return [f"{told} (floor {floor}) · {councils}, shares of {by} · {rests}"]
