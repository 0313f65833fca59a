"""Which of the register's pairs are between bodies of the bundle (data guide, rulings no. 11).

The register's files also hold sites, practices, branches and others. A pair is kept when both codes are bodies of
the bundle or have the shape of one; the files name no kinds.
"""

import re
from collections.abc import Collection

from nhs_graph.loaders.base import RegisterPair, Report

_BODY = re.compile(
    r"R[0-9A-Z]{2}"  # NHS trusts
    r"|TA[0-9A-Z]"  # care trusts
    r"|5(?=[0-9A-Z]*[A-Z])[0-9A-Z]{2}"  # primary care trusts; three digits are councils
    r"|[QY][0-9A-Z]{2}"  # health authorities, strategic ones and area teams; regions and regional offices
)
_UNIT = re.compile(r"[0-9A-Z]{3}")
_TRUST = re.compile(r"R[0-9A-Z]{2}")
LAST_UNITS = "1996-04-01"
"""The day of the last hand-over from units run by health authorities to trusts."""


def within(pairs: list[RegisterPair], bodies: Collection[str], report: Report) -> list[RegisterPair]:
    """The pairs between bodies; the rows of the others change from used to left out, in every file."""
    kept: list[RegisterPair] = []
    for pair in pairs:
        if is_within(pair, bodies):
            kept.append(pair)
            continue
        for source in pair.source_ids:
            report.used(source, -1)
            report.left_out(source, "into or out of a site, a practice or another kind outside the bundle")
    return kept


def is_within(pair: RegisterPair, bodies: Collection[str]) -> bool:
    """Whether both codes can be bodies of the bundle; a unit of before 1996 only where it leads into a trust."""
    old, new = pair.predecessor_id, pair.successor_id

    def is_body(code: str) -> bool:
        return code in bodies or bool(_BODY.fullmatch(code))

    unit = bool(_UNIT.fullmatch(old) and _TRUST.fullmatch(new)) and pair.effective_date <= LAST_UNITS
    return is_body(new) and (is_body(old) or unit)
