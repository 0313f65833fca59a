"""Answers of the ORD interface (2-0-0) as JSON: one organisation, or a list of them.

A collection of one comes as a bare object, a boolean as text, and a section may be missing (data guide, section 2.4).
"""

from collections.abc import Iterator
from typing import Any, cast

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.loaders.ods_record import Period, Read, Record, Rel, Role, Succ

Object = dict[str, Any]
_LEFT_OUT = ("Status", "LastChangeDate", "GeoLoc", "Contacts")
_KNOWN = frozenset({"Name", "Date", "OrgId", "Roles", "Rels", "Succs", "refOnly", "orgRecordClass", *_LEFT_OUT})
_LISTED = frozenset({"Name", "OrgId", "PrimaryRoleId"})
_LIST_LEFT_OUT = ("Status", "OrgRecordClass", "PostCode", "LastChangeDate", "PrimaryRoleDescription", "OrgLink")


def recognises(text: str) -> bool:
    """Whether a text begins like an answer of the interface."""
    start = "".join(text[:200].split())
    return start.startswith(('{"Organisation":', '{"Organisations":'))


def days(answer: Object) -> list[str]:
    """The days on which the records were changed."""
    return [str(found.get("LastChangeDate", "")) for found in _organisations(answer)]


def records(answer: Object, read: Read) -> Iterator[Record]:
    """The records of an answer. Raises SourceProblem for what is no answer."""
    for place, found in enumerate(_organisations(answer), start=1):
        try:
            yield _listed(found, read) if isinstance(found.get("OrgId"), str) else _whole(found, read)
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            raise SourceProblem(
                f"{read.name}: record {place} is not as the interface describes it: {error}",
                hint="fetch the answer again; nothing was loaded",
            ) from error


def _organisations(answer: Object) -> list[Object]:
    if "Organisation" in answer:
        return [answer["Organisation"]]
    return cast("list[Object]", _many(answer.get("Organisations")))


def _whole(given: Object, read: Read) -> Record:
    for name in given.keys() - _KNOWN:
        read.unknown[f"Organisation/{name}"] += 1
    for name in _LEFT_OUT:
        read.left_out[name] += name in given
    return Record(
        str(given["OrgId"]["extension"]),
        str(given["Name"]),
        _periods(given),
        tuple(
            Role(str(role["id"]), _true(role.get("primaryRole")), _periods(role))
            for role in _many(given.get("Roles", {}).get("Role"))
        ),
        tuple(Rel(str(rel["id"]), *_target(rel), _periods(rel)) for rel in _many(given.get("Rels", {}).get("Rel"))),
        tuple(
            Succ(str(succ["Type"]), *_target(succ), str(_many(succ["Date"])[0]["Start"]))
            for succ in _many(given.get("Succs", {}).get("Succ"))
        ),
        _true(given.get("refOnly")),
    )


def _listed(given: Object, read: Read) -> Record:
    """A line of a list: code, name and primary role, no dates."""
    for name in given.keys() - _LISTED - set(_LIST_LEFT_OUT):
        read.unknown[f"Organisations/{name}"] += 1
    role = given.get("PrimaryRoleId")
    return Record(given["OrgId"], str(given["Name"]), (), (Role(str(role), True, (), seen=True),) if role else ())


def _target(given: Object) -> tuple[str, str | None]:
    target = given["Target"]
    return str(target["OrgId"]["extension"]), target.get("PrimaryRoleId", {}).get("id")


def _periods(given: Object) -> tuple[Period, ...]:
    return tuple((str(item.get("Type", "")), item.get("Start"), item.get("End")) for item in _many(given.get("Date")))


def _many(given: Any) -> list[Any]:
    """A collection, which may be missing, or one bare object."""
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


def _true(given: object) -> bool:
    return given is True or given == "true"
