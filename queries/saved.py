"""The shipped Cypher questions: each a file that opens unchanged in Neo4j Browser."""

import re
from dataclasses import dataclass
from importlib import resources

from nhs_graph.graph.errors import UsageProblem

_PARAMETER = re.compile(r"\$(\w+)")


@dataclass(frozen=True)
class Saved:
    """One .cypher file: its name, the title on its first line, and the parameters it uses."""

    name: str
    title: str
    text: str
    params: tuple[str, ...]


def all_saved() -> list[Saved]:
    """Every shipped question, by name."""
    folder = resources.files("nhs_graph.queries.cypher")
    files = sorted(
        (item.name, item.read_text(encoding="utf-8")) for item in folder.iterdir() if item.name.endswith(".cypher")
    )
    return [
        Saved(
            name.removesuffix(".cypher"),
            text.splitlines()[0].removeprefix("// "),
            text,
            tuple(sorted(set(_PARAMETER.findall(text)))),
        )
        for name, text in files
    ]


def saved(name: str) -> Saved:
    """One shipped question.

    Raises UsageProblem for another name.
    """
    found = {item.name: item for item in all_saved()}
    if name not in found:
        raise UsageProblem(f"no saved query is called {name!r}", hint="nhs-graph query list", suggestions=list(found))
    return found[name]
