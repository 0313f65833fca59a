"""A user's leaders as Popolo JSON: persons, organizations, posts and memberships with partial dates.

Each membership with each of its sources is read as a row of the hand-kept form (own_leaders.py), so that the same rules
hold. Bodies are known by their code: the organization's id, or an identifier of the scheme `ods`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Fact, Source
from nhs_graph.graph.leader_files import PLAIN
from nhs_graph.loaders import own_leaders
from nhs_graph.loaders.base import Report, Spec
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.own_files import Head, text_of
from nhs_graph.loaders.own_rows import Numbered

add_own = own_leaders.add_own
Item = dict[str, Any]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:\n]')
_MEMBERSHIP = {
    "id",
    "person_id",
    "organization_id",
    "organization_name",
    "post_id",
    "role",
    "label",
    "start_date",
    "end_date",
    "sources",
    *PLAIN,
    # of Popolo, and no fact of ours
    "links",
    "contact_details",
    "area_id",
    "on_behalf_of_id",
}
_CELLS = {
    "person": "person_id",
    "org_code": "organization_id",
    "start": "start_date",
    "end": "end_date",
    "source_title": "sources",
    "source_url_or_repo_path": "sources",
}
"""Columns of the form under the names that a membership has for them."""


def recognises(head: Head) -> bool:
    """Whether the file begins as a JSON object of persons or memberships."""
    start = head.text.lstrip()
    return start.startswith("{") and any(f'"{key}"' in start for key in ("persons", "memberships"))


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The people, posts, tenures and sources of the document; memberships that cannot be read as problems.

    Raises SourceProblem for a file that is no Popolo document.
    """
    text = text_of(path)
    document = _document(text, path)
    people = {_text(person, "id"): person for person in _items(document, "persons", path)}
    bodies = {_text(body, "id"): _code(body) for body in _items(document, "organizations", path)}
    roles = {_text(post, "id"): post for post in _items(document, "posts", path)}
    lines = lines_of(text, "memberships")

    def rows() -> Iterator[Numbered | RowProblem]:
        for line, item in zip(lines, _items(document, "memberships", path), strict=True):
            if unknown := sorted(item.keys() - _MEMBERSHIP):
                expected = f"a property of a membership: {', '.join(sorted(_MEMBERSHIP))}"
                yield RowProblem(str(path), line, unknown[0], str(item[unknown[0]])[:60], expected)
            elif _text(item, "person_id") not in people:
                yield RowProblem(str(path), line, "person_id", _text(item, "person_id"), "the id of one of the persons")
            else:
                for cited in item.get("sources") or [{}]:
                    yield line, _row(item, people[item["person_id"]], bodies, roles, cited)

    for fact in own_leaders.stated(rows(), path, source, base, report):
        yield _named(fact) if isinstance(fact, RowProblem) else fact


def _named(problem: RowProblem) -> RowProblem:
    """The problem with the column called as the membership has it."""
    told: dict[str, Any] = problem.facts
    return RowProblem(
        told["file"], told["line"], _CELLS.get(told["column"], told["column"]), told["value"], told["expected"]
    )


def _document(text: str, path: Path) -> Item:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise SourceProblem(f"{path} is no JSON: {error}", hint="correct it and load again") from error
    if not isinstance(document, dict):
        raise SourceProblem(f"{path} is no Popolo document", hint="an object with persons and memberships")
    return cast("Item", document)


def _items(document: Item, name: str, path: Path) -> list[Item]:
    items = document.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in cast("list[object]", items)):
        raise SourceProblem(f"{path}: {name} is no list of objects", hint="see popoloproject.com/specs")
    return cast("list[Item]", items)


def _text(item: Item, name: str) -> str:
    value = item.get(name)
    return "" if value is None else str(value).strip()


def _code(body: Item) -> str:
    codes = [_text(i, "identifier") for i in body.get("identifiers") or [] if _text(i, "scheme").casefold() == "ods"]
    return codes[0] if codes else _text(body, "id")


def _row(item: Item, person: Item, bodies: dict[str, str], roles: dict[str, Item], cited: Item) -> dict[str, str]:
    """A membership as a row of the form, for one of its sources."""
    post = roles.get(_text(item, "post_id"), {})
    body = _text(item, "organization_id") or _text(post, "organization_id")
    role = _text(item, "role") or _text(post, "role") or _text(post, "label") or _text(item, "label")
    sides = (_text(person, name) for name in ("honorific_prefix", "name", "honorific_suffix"))
    return {
        "person_id": _text(person, "id"),
        "person": " ".join(filter(None, sides)),
        "other_names": ";".join(_text(other, "name") for other in person.get("other_names") or []),
        "org_code": bodies.get(body, body),
        "org_name": _text(item, "organization_name"),
        "role": "_".join(role.casefold().split()),
        "start": _text(item, "start_date"),
        "end": _text(item, "end_date"),
        **{name: _text(item, name) for name in PLAIN},
        "source_title": _text(cited, "note") or _text(cited, "url"),
        "source_url_or_repo_path": _text(cited, "url"),
    }


def lines_of(text: str, name: str) -> list[int]:
    """The line on which each object of a top-level list begins; `text` is well-formed JSON."""
    lines: list[int] = []
    line, depth, key, last = 1, 0, "", ""
    for token in (match[0] for match in _TOKEN.finditer(text)):
        if token == "\n":
            line += 1
        elif token == ":":
            key = last if depth == 1 else key
        elif token in "{[":
            if token == "{" and depth == 2 and key == name:
                lines.append(line)
            depth += 1
        elif token in "}]":
            depth -= 1
        else:
            last = json.loads(token)
    return lines
