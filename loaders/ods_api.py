"""Answers of the ORD interface (2-0-0) as JSON: one organisation, or a list of them.

A collection of one comes as a bare object, a boolean as text, and a section may be missing (data guide, section 2.4).
"""

from collections.abc import Callable, Iterator
from typing import Any, cast

from nhs_graph.loaders.ods_record import DayProblem, Period, Read, Record, Rel, Role, Succ, day_in, stated, unlike

Object = dict[str, Any]
_LEFT_OUT = ("Status", "LastChangeDate", "GeoLoc", "Contacts")
_KNOWN = frozenset({"Name", "Date", "OrgId", "Roles", "Rels", "Succs", "refOnly", "orgRecordClass", *_LEFT_OUT})
_LISTED = frozenset({"Name", "OrgId", "PrimaryRoleId"})
_LIST_LEFT_OUT = ("Status", "OrgRecordClass", "PostCode", "LastChangeDate", "PrimaryRoleDescription", "OrgLink")


def recognises(text: str) -> bool:
    """Whether a text begins like an answer of the interface."""
    start = "".join(text[:200].split())
    return start.startswith(('{"Organisation":', '{"Organisations":'))


def members(answer: Object) -> list[Object]:
    """What an answer holds, a record each."""
    if "Organisation" in answer:
        return [answer["Organisation"]]
    return cast("list[Object]", _many(answer.get("Organisations")))


def days(member: Object) -> list[str]:
    """The day on which a record was changed."""
    return [str(member.get("LastChangeDate", ""))]


def records(answer: Object, read: Read, line_of: Callable[[int], int] = lambda _: 1) -> Iterator[Record]:
    """The records of an answer; what is none is put among the file's rejects, with the line that `line_of` finds."""
    for place, found in enumerate(members(answer), start=1):
        try:
            record = _listed(found, read) if isinstance(found.get("OrgId"), str) else _whole(found, read)
        except (KeyError, TypeError, AttributeError, IndexError, DayProblem) as error:
            read.rejects.append(unlike(read.name, line_of(place), place, found, error))
        else:
            yield record


def _whole(given: Object, read: Read) -> Record:
    for name in given.keys() - _KNOWN:
        read.unknown[f"Organisation/{name}"] += 1
    for name in _LEFT_OUT:
        read.left_out[name] += name in given
    return Record(
        stated(given["OrgId"], "extension"),
        stated(given, "Name"),
        _periods(given),
        tuple(
            Role(stated(role, "id"), _true(role.get("primaryRole")), _periods(role))
            for role in _many(given.get("Roles", {}).get("Role"))
        ),
        tuple(Rel(stated(rel, "id"), *_target(rel), _periods(rel)) for rel in _many(given.get("Rels", {}).get("Rel"))),
        tuple(_succ(succ) for succ in _many(given.get("Succs", {}).get("Succ"))),
        _true(given.get("refOnly")),
    )


def _listed(given: Object, read: Read) -> Record:
    """A line of a list: code, name and primary role, no dates."""
    for name in given.keys() - _LISTED - set(_LIST_LEFT_OUT):
        read.unknown[f"Organisations/{name}"] += 1
    role = given.get("PrimaryRoleId")
    return Record(
        stated(given, "OrgId"), stated(given, "Name"), (), (Role(str(role), True, (), seen=True),) if role else ()
    )


def _succ(given: Object) -> Succ:
    kind = stated(given, "Type")
    if kind not in {"Predecessor", "Successor"}:
        raise KeyError("Type")
    return Succ(kind, *_target(given), _first_day(given))


def _first_day(given: Object) -> str:
    day = day_in(_many(given["Date"])[0], "Start")
    if not day:
        raise KeyError("Start")
    return day


def _target(given: Object) -> tuple[str, str | None]:
    target = given["Target"]
    return stated(target["OrgId"], "extension"), target.get("PrimaryRoleId", {}).get("id")


def _periods(given: Object) -> tuple[Period, ...]:
    return tuple(
        (str(item.get("Type", "")), day_in(item, "Start"), day_in(item, "End")) for item in _many(given.get("Date"))
    )


def _many(given: Any) -> list[Any]:
    """A collection, which may be missing, or one bare object."""
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _true(given: object) -> bool:
    return given is True or given == "true"
