"""FHIR R4 resources of the register: Organization and OrganizationAffiliation, one or a bundle of them.

Roles and legal dates stand in extensions; an organisation without dates of its own has those of its first role, which
is the primary one.
"""

from collections.abc import Callable, Iterator
from typing import Any

from nhs_graph.loaders.ods_record import DayProblem, Period, Read, Record, Rel, Role, day_in, stated, unlike

Resource = dict[str, Any]
_ROLE = "Extension-England-OrganisationRole"
_PERIOD = "Extension-England-TypedPeriod"
_CHANGED = "Extension-England-TypedDateTime"
_KNOWN = frozenset({"resourceType", "id", "extension", "identifier", "name", "type"})
_LEFT_OUT = frozenset({"meta", "active", "telecom", "address", "text", "alias", "contact"})
_PARTS = frozenset({"instanceID", "roleCode", "primaryRole", "active", _PERIOD})


def recognises(text: str) -> bool:
    """Whether a text begins like one of these resources, or a bundle."""
    start = text[:400]
    return '"resourceType"' in start and any(
        f'"{kind}"' in start for kind in ("Organization", "OrganizationAffiliation", "Bundle")
    )


def members(answer: Resource) -> list[Resource]:
    """The resources of an answer."""
    if answer.get("resourceType") == "Bundle":
        return [entry.get("resource", entry) if isinstance(entry, dict) else entry for entry in answer.get("entry", [])]
    return [answer]


def days(member: Resource) -> list[str]:
    """The days on which a resource was changed."""
    return [
        str(_inner(part, "dateTime").get("valueDateTime", ""))[:10]
        for part in member.get("extension", [])
        if _named(part) == _CHANGED
    ] + [str(member.get("meta", {}).get("lastUpdated", ""))[:10]]


def records(answer: Resource, read: Read, line_of: Callable[[int], int] = lambda _: 1) -> Iterator[Record]:
    """The records of a resource or bundle; what is none is put among the file's rejects, with its line."""
    for place, resource in enumerate(members(answer), start=1):
        try:
            kind = stated(resource, "resourceType")
            if kind == "Organization":
                record = _organisation(resource, read)
            elif kind == "OrganizationAffiliation":
                record = _affiliation(resource)
            else:
                read.unknown[f"resource {kind}"] += 1
                continue
        except (KeyError, TypeError, AttributeError, IndexError, DayProblem) as error:
            read.rejects.append(unlike(read.name, line_of(place), place, resource, error))
        else:
            yield record


def _organisation(given: Resource, read: Read) -> Record:
    for name in given.keys() - _KNOWN - _LEFT_OUT:
        read.unknown[f"Organization/{name}"] += 1
    for name in given.keys() & _LEFT_OUT:
        read.left_out[name] += 1
    roles: list[Role] = []
    for part in given.get("extension", []):
        if _named(part) == _ROLE:
            roles.append(_role(part, first=not roles))
            for inner in part["extension"]:
                if _named(inner) not in _PARTS:
                    read.unknown[f"{_ROLE}/{_named(inner)}"] += 1
        elif _named(part) not in {_PERIOD, _CHANGED}:
            read.unknown[f"Organization/{_named(part)}"] += 1
    periods = _periods(given) or (roles[0].periods if roles else ())
    codes = [coding["code"] for item in given.get("type", []) for coding in item["coding"]]
    stub = any(str(code).casefold() in {"refonly", "ref"} for code in codes)
    own = [stated(item, "value") for item in given["identifier"] if "ods-organization-code" in item["system"]]
    return Record(own[0], stated(given, "name"), periods, tuple(roles), reference_only=stub)


def _role(part: Resource, *, first: bool) -> Role:
    code = stated(_inner(part, "roleCode")["valueCodeableConcept"]["coding"][0], "code")
    said = _inner(part, "primaryRole").get("valueBoolean")
    return Role(code, first if said is None else bool(said), _periods(part))


def _affiliation(given: Resource) -> Record:
    """A link between two bodies, which says nothing else of them."""
    source, target = (
        stated(given[end]["identifier"], "value") for end in ("organization", "participatingOrganization")
    )
    code = stated(given["code"][0]["coding"][0], "code")
    period = given.get("period", {})
    periods = _periods(given) or (("Operational", day_in(period, "start"), day_in(period, "end")),)
    # The resource does not say what the other body is; RE8 here is between practices and networks.
    role = "RO272" if code == "RE8" else None
    return Record(source, "", rels=(Rel(code, target, role, periods),))


def _periods(given: Resource) -> tuple[Period, ...]:
    found: list[Period] = []
    for part in given.get("extension", []):
        if _named(part) == _PERIOD:
            period = _inner(part, "period").get("valuePeriod", {})
            kind = _inner(part, "dateType").get("valueCoding", {}).get("code", "")
            found.append((str(kind), day_in(period, "start"), day_in(period, "end")))
    return tuple(found)


def _named(part: Resource) -> str:
    return str(part.get("url", "")).rpartition("/")[2]


def _inner(part: Resource, name: str) -> Resource:
    """The inner extension of a name; empty when it is not there."""
    return next((inner for inner in part.get("extension", []) if _named(inner) == name), {})
