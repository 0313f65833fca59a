"""Which of the register's pairs belong to the bundle's bodies (data guide, rulings no. 11).

The register's files also hold sites, practices and branches. Kept are pairs that can be reached from the bundle's
bodies, walking predecessors and successors through codes that are such bodies or have the shape of one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection

from nhs_graph.loaders.base import RegisterPair

_BODY = re.compile(r"R[0-9A-Z]{2}|5(?=[0-9A-Z]*[A-Z])[0-9A-Z]{2}|[QY][0-9A-Z]{2}")
"""Trusts; primary care trusts (all digits are councils); health authorities, strategic ones, area teams, regions."""
_UNIT = re.compile(r"[0-9A-Z]{3}")
_TRUST = re.compile(r"R[0-9A-Z]{2}")
LAST_UNITS = "1996-04-01"
"""The day of the last hand-over from units run by health authorities to trusts."""

OTHER_KIND = "into or out of a site, a practice or another kind outside the bundle"
NOT_REACHED = "not reachable from the bundle's bodies"


def within(pairs: list[RegisterPair], bodies: Collection[str]) -> list[RegisterPair]:
    """The pairs that can be reached from the bodies, in the order given."""
    allowed = [pair for pair in pairs if allows(pair, bodies)]
    linked: dict[str, list[str]] = defaultdict(list)
    for pair in allowed:
        linked[pair.predecessor_id].append(pair.successor_id)
        linked[pair.successor_id].append(pair.predecessor_id)
    reached = set(bodies)
    todo = list(bodies)
    while todo:
        for code in linked[todo.pop()]:
            if code not in reached:
                reached.add(code)
                todo.append(code)
    return [pair for pair in allowed if pair.successor_id in reached]


def left_out(pairs: list[RegisterPair], kept: list[RegisterPair], bodies: Collection[str]) -> Counter[tuple[str, str]]:
    """How many rows of each file are not kept, by file and reason."""
    keys = {pair.key for pair in kept}
    return Counter(
        (source, NOT_REACHED if allows(pair, bodies) else OTHER_KIND)
        for pair in pairs
        if pair.key not in keys
        for source in pair.source_ids
    )


def allows(pair: RegisterPair, bodies: Collection[str]) -> bool:
    """Whether both codes can be bodies of the bundle; a unit of before 1996 only where it leads into a trust."""
    old, new = pair.predecessor_id, pair.successor_id

    def is_body(code: str) -> bool:
        return code in bodies or bool(_BODY.fullmatch(code))

    unit = bool(_UNIT.fullmatch(old) and _TRUST.fullmatch(new)) and pair.effective_date <= LAST_UNITS
    return is_body(new) and (is_body(old) or unit)
