"""The leaders of a store as files that can be loaded again: CSV in the hand-kept form, and Popolo JSON.

Popolo (popoloproject.com) is the open-government form of persons, organizations, posts and memberships. Its dates may
be partial, as ours are. What it has no word for (basis, sightings, joint appointments) stands on the membership under
the names of the CSV columns.
"""

import csv
import io
import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from nhs_graph.graph.facts import Organisation, Person
from nhs_graph.graph.leader_rows import COLUMNS, Leaders, LeaderText, leaders_of, rows_of
from nhs_graph.graph.people import honorific_sides
from nhs_graph.graph.store import Selection, Store

PLAIN = ("basis", "precision", "seen_on", "last_seen", "appointment_id", "confidence")
"""The columns that a membership carries under their own names."""


def leaders_csv(store: Store) -> str:
    """All leaders, one row a tenure, body and source."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows_of(leaders_of(store)))
    return lines.getvalue()


def popolo_json(store: Store) -> str:
    """All leaders as one Popolo document; a membership is a tenure at one body with all its sources."""
    found = leaders_of(store)
    bodies = {tenure.organisation_id for tenure in found.tenures}
    posts = sorted({(tenure.organisation_id, tenure.role) for tenure in found.tenures})
    document = {
        "persons": [_person(person) for person in found.people.values()],
        "organizations": [_body(body) for body in store.facts(Selection(Organisation, {"id": bodies}))],
        "posts": [
            {"id": f"{body}/{role}", "label": role.replace("_", " "), "role": role, "organization_id": body}
            for body, role in posts
        ],
        "memberships": _memberships(found),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _person(person: Person) -> dict[str, Any]:
    before, after = honorific_sides(person.honorific)
    told = {"id": person.id, "name": person.name, "honorific_prefix": before, "honorific_suffix": after}
    others = [{"name": name} for name in person.other_names]
    return {key: value for key, value in told.items() if value} | ({"other_names": others} if others else {})


def _body(body: Organisation) -> dict[str, Any]:
    scheme, colon, code = body.id.partition(":")
    identifier = {"scheme": "la-register", "identifier": code} if colon else {"scheme": "ods", "identifier": scheme}
    return {"id": body.id, "name": body.name or body.id, "identifiers": [identifier]}


def _memberships(found: Leaders) -> list[dict[str, Any]]:
    roles = {(tenure.organisation_id, tenure.role_label): tenure.role for tenure in found.tenures}
    return [
        _membership(number, list(same), roles)
        for number, (_, same) in enumerate(groupby(rows_of(found), key=_without_source), start=1)
    ]


def _without_source(row: LeaderText) -> list[str]:
    return [row[name] for name in COLUMNS if not name.startswith("source_")]


def _membership(number: int, rows: Iterable[LeaderText], roles: dict[tuple[str, str], str]) -> dict[str, Any]:
    rows = list(rows)
    row = rows[0]
    body = row["org_code"]
    told = {
        "id": str(number),
        "person_id": row["person_id"],
        "organization_id": body,
        "post_id": f"{body}/{roles[body, row['role']]}",
        "role": row["role"],
        "organization_name": row["org_name"],
        "start_date": row["start"],
        "end_date": row["end"],
        **{name: row[name] for name in PLAIN},
    }
    sources = [{"url": row["source_url_or_repo_path"], "note": row["source_title"]} for row in rows]
    return {key: value for key, value in told.items() if value} | {"sources": sources}
