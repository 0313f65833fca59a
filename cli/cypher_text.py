"""A Cypher question with its parameters in place: one text that can be pasted into Neo4j Browser or cypher-shell."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

_PARAMETER = re.compile(r"\$(\w+)")


def pasteable(text: str, params: Mapping[str, Any]) -> str:
    """The text with each `$name` replaced by its value; comments stay as they are."""
    lines = [
        line if line.startswith("//") else _PARAMETER.sub(lambda match: literal(params[match[1]]), line)
        for line in text.strip().splitlines()
    ]
    return "\n".join(lines) + ";"


def literal(value: object) -> str:
    """A value as Cypher writes it."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return f"date('{value}')"
    if isinstance(value, (list, tuple)):
        items: list[object] = list(value)
        return f"[{', '.join(map(literal, items))}]"
    if isinstance(value, (int, float)):
        return repr(value)
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
