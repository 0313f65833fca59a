"""How many people live in an area on a day: the overlaps of one lookup, summed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from nhs_graph.graph.facts import Area, Overlap
from nhs_graph.graph.kinds import TIERS
from nhs_graph.graph.store import Selection, Store

Residents = tuple[int, str]
"""People, and the base that they are counted from, such as `mid-2020`."""


def residents_on(store: Store, day: date) -> Mapping[str, Residents]:
    """The people of health areas and councils on a day, by GSS code.

    A health area is the sum of its parts of the lower tier of councils, a council that of its parts of systems. An
    area that two lookups tell of is left out, for neither is picked, and so is one of which a part was not counted.
    """
    kinds = {area.gss: area.kind for area in store.facts(Selection(Area))}
    parts: dict[str, list[Overlap]] = defaultdict(list)
    for overlap in store.facts(Selection(Overlap, {}, day)):
        if kinds[overlap.left_gss] in TIERS["lower"]:
            parts[overlap.right_gss].append(overlap)
        if kinds[overlap.right_gss] == "system":
            parts[overlap.left_gss].append(overlap)
    found: dict[str, Residents] = {}
    for gss, overlaps in parts.items():
        people = [overlap.people for overlap in overlaps if overlap.people is not None]
        lookups = {(overlap.vintage, overlap.population_base) for overlap in overlaps}
        if len(people) == len(overlaps) and len(lookups) == 1:
            found[gss] = sum(people), overlaps[0].population_base
    return found
