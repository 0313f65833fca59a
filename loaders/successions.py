"""The register's own pairs of codes, old and new, with the first day of the new state; no pair has a type.

The strongest file comes first and its date is used; another file's different date stays as a conflict. Within one
file the later date wins (MODEL section 4). A code that succeeds itself (a second life of a code) makes no pair.
"""

import re
from collections.abc import Iterator

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Conflict, Fact
from nhs_graph.loaders.base import Data, RegisterPair, Report, SourceFile, Spec

Key = tuple[str, str]
Stated = dict[Key, list[str]]
"""The dates that one file gives a pair, the one to use first."""

_COUNCIL = re.compile(r"[0-9]{3}")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """One pair a fact, from every file that states it, and the disagreements about its date."""
    used: dict[Key, tuple[str, str]] = {}
    for file in spec.files:
        for key, days in _stated(spec, file, data, report).items():
            day, source = used.setdefault(key, (days[0], file.id))
            old, new = key
            yield RegisterPair(predecessor_id=old, successor_id=new, effective_date=day, source_ids=(file.id,))
            for other in days:
                if other != day:
                    yield Conflict(
                        organisation_id=old,
                        fact=f"succession to {new}",
                        value_a=day,
                        source_a=source,
                        value_b=other,
                        source_b=file.id,
                        source_ids=tuple(sorted({source, file.id})),
                    )


def _stated(spec: Spec, file: SourceFile, data: Data, report: Report) -> Stated:
    settings = file.settings
    stated: Stated = {}
    for line, row in data.rows(file, settings.get("columns")):
        old, new = row[settings["old"]], row[settings["new"]]
        reason = _unusable(old, new, spec) or _inferred(row, settings.get("inferred_in", []))
        if reason:
            report.left_out(file.id, reason)
            continue
        day = _day(row, settings, file.path, line)
        if (old, new) in stated:
            report.left_out(file.id, "the same pair again in the same file")
            stated[old, new] = sorted({*stated[old, new], day}, reverse=True)
        else:
            report.used(file.id)
            stated[old, new] = [day]
    return stated


def _unusable(old: str, new: str, spec: Spec) -> str | None:
    if old == new:
        return "a code that succeeds itself"
    if _COUNCIL.fullmatch(old) or _COUNCIL.fullmatch(new):
        return "a council under the register's own three digits: no crosswalk to other codes"
    if old in spec.settings["known_by_area_code"]:
        return "a partnership that is known by its area code"
    return None


def _inferred(row: dict[str, str], columns: list[str]) -> str | None:
    return "inferred by the compiler" if any("inferred" in row[column] for column in columns) else None


def _day(row: dict[str, str], settings: dict[str, str], path: str, line: int) -> str:
    if "effective_date" in settings:
        return str(settings["effective_date"])
    text = row[settings["date"]]
    found = _DAY.fullmatch(text)
    if not found:
        raise RowProblem(path, line, settings["date"], text, "a day as YYYYMMDD or YYYY-MM-DD")
    return "-".join(found.groups())
