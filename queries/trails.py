"""Trails of successions, and how much of a body came along them.

A trail is a chain of successions in the order of time, each used once. Its share is the product of its steps; a
body's share in another is the sum over all trails between them. A step's share is known only where the steps onward
from its body account for the whole of it: nothing is guessed, and no heir is picked.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BeforeValidator

from nhs_graph.graph.facts import Succession

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

Trail = tuple[Succession, ...]
ONLY_HEIR, WHOLE_AREA = "only heir", "its whole area went one way"
TOLERANCE = 1e-6
"""How far the shares of a body's heirs may be from 1 in sum: people are whole, shares are floats."""


def as_one(found: "Iterable[str | None] | str | None") -> str | None:
    """Several bases as one text; that a body is the only heir is said where nothing else is."""
    if found is None or isinstance(found, str):
        return found
    bases = sorted({basis for basis in found if basis})
    return "; ".join([basis for basis in bases if basis != ONLY_HEIR] or bases) or None


Share = Annotated[float | None, AfterValidator(lambda share: None if share is None else round(share, 9))]
"""A part of a body between 0 and 1; None is unknown."""
ShareBasis = Annotated[str | None, BeforeValidator(as_one)]
"""What a share rests on: the bases of its steps, each once."""


def onward(graph: "Graph", body: str, trail: Trail, as_of: date, after: date | None = None) -> list[Succession]:
    """The steps that a trail which reached a body can go on with: not earlier than its last one, and none twice.

    Of a body that was there on a day, only the steps `after` it count.
    """
    from nhs_graph.graph.projection import edges_out

    return [
        step
        for _, step in edges_out(graph, ("Organisation", body), Succession)
        if step.effective_date <= as_of
        and (not trail or step.effective_date >= trail[-1].effective_date)
        and (after is None or step.effective_date > after)
        and step not in trail
    ]


def trails_from(graph: "Graph", body: str, as_of: date, trail: Trail = ()) -> Iterator[Trail]:
    """Every trail from a body to where nobody carries it on any further; the empty one when nobody does at all."""
    steps = onward(graph, body, trail, as_of)
    if not steps:
        yield trail
    for step in steps:
        yield from trails_from(graph, step.successor_id, as_of, (*trail, step))


def trails_to(graph: "Graph", body: str, as_of: date, trail: Trail = ()) -> Iterator[Trail]:
    """Every trail of one step or more that ends at a body, the oldest step first."""
    from nhs_graph.graph.projection import edges_in

    for _, step in edges_in(graph, ("Organisation", body), Succession):
        if step.effective_date <= (trail[0].effective_date if trail else as_of) and step not in trail:
            longer = (step, *trail)
            yield longer
            yield from trails_to(graph, step.predecessor_id, as_of, longer)


def _part(step: Succession, passed: tuple[str, ...]) -> float | None:
    """What share of those who passed through its body a step carries; the oldest of which this is known decides."""
    if not (step.whole_parts or step.other_parts or step.part_shares):
        return step.weight
    if set(passed) & {*step.whole_parts}:
        return 1.0
    if set(passed) & {*step.other_parts}:
        return 0.0
    told = dict(part.split("=") for part in step.part_shares)
    return next((float(told[body]) for body in passed if body in told), step.weight)


def share_of(graph: "Graph", trail: Trail, as_of: date, after: date | None = None) -> float | None:
    """The product of the shares of a trail's steps; None where one is not known."""
    share = 1.0
    for i, step in enumerate(trail):
        passed = tuple(earlier.predecessor_id for earlier in trail[:i])
        parts = [_part(other, passed) for other in onward(graph, step.predecessor_id, trail[:i], as_of, after)]
        known = [part for part in parts if part is not None]
        own = _part(step, passed)
        if own is None or len(known) < len(parts) or abs(sum(known) - 1) > TOLERANCE:
            return None
        share *= own
    return share


def bases_of(trail: Trail) -> list[str | None]:
    """What the shares of a trail's steps rest on."""
    found: list[str | None] = []
    for i, step in enumerate(trail):
        passed = {earlier.predecessor_id for earlier in trail[:i]}
        found.append(WHOLE_AREA if passed & {*step.whole_parts, *step.other_parts} else step.weight_basis)
    return found


def total(shares: Iterable[float | None]) -> float | None:
    """The sum; None where one is not known."""
    added = 0.0
    for share in shares:
        if share is None:
            return None
        added += share
    return added
