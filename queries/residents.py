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
    area that two lookups tell of is left out: neither is picked.
    """
    kinds = {area.gss: area.kind for area in store.facts(Selection(Area))}
    counted: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for overlap in store.facts(Selection(Overlap, {}, day)):
        lookup = overlap.vintage, overlap.population_base
        if kinds[overlap.left_gss] in TIERS["lower"]:
            counted[overlap.right_gss][lookup] += overlap.people or 0
        if kinds[overlap.right_gss] == "system":
            counted[overlap.left_gss][lookup] += overlap.people or 0
    return {
        gss: (people, base)
        for gss, lookups in counted.items()
        if len(lookups) == 1
        for (_, base), people in lookups.items()
        if people
    }
