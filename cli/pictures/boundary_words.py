"""What pictures of boundaries say in words: names short enough, shares, and what the numbers rest on."""

from datetime import date

from nhs_graph.queries.boundaries import BoundaryParams, CouncilRow, SystemPart

ENDINGS = (" Integrated Care Board", " Clinical Commissioning Group", " CCG")


def short(name: str) -> str:
    """A system's name without what all of them have."""
    for ending in ENDINGS:
        name = name.removesuffix(ending)
    return name.removeprefix("NHS ")


def percent(share: float) -> str:
    """A share as a percentage; what is not nothing is never told as 0, what is not all never as 100."""
    told = f"{100 * share:.1f}%"
    if told == "100.0%":
        return "100%" if share == 1 else ">99.9%"
    return "<0.1%" if share and told == "0.0%" else told


def parts_told(parts: tuple[SystemPart, ...]) -> str:
    """The parts of a council, the largest first: `QHM 64.0% · QE1 36.0%`."""
    return " · ".join(f"{part.system_id} {percent(part.share)}{' (sliver)' if part.sliver else ''}" for part in parts)


def basis_told(row: CouncilRow, params: BoundaryParams) -> str:
    """Vintage, kind of lookup and population base of an answer."""
    people = f" · people: {row.population_base}" if params.measure == "people" else ""
    return f"{row.vintage} · {row.basis} lookup{people}"


def measure_told(params: BoundaryParams) -> str:
    """What is counted, and what is too little to count."""
    floor = f"{params.floor_people:,} people" if params.floor_share is None else f"{100 * params.floor_share:g}%"
    return f"shares by {params.measure} · slivers below {floor}"


def level_told(params: BoundaryParams, number: int = 1) -> str:
    """What the health areas are: `health system`, in the plural but for one."""
    words = {"ccg": "commissioning group", "sicbl": "sub-ICB location"}
    return words.get(params.system, "health system") + ("" if number == 1 else "s")


def councils_told(params: BoundaryParams, number: int) -> str:
    """What the councils are: `councils`, in the singular for one."""
    if params.council == "combined":
        return "combined authority" if number == 1 else "combined authorities"
    return "council" if number == 1 else "councils"


def day_told(day: date) -> str:
    """A day in words: `1 April 2021`."""
    return f"{day.day} {day:%B %Y}"
