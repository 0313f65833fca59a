"""What many facts share, written once: periods, days, publishers, licences, checksums, kinds and roles."""

import re
from collections.abc import Iterator
from functools import lru_cache

from nhs_graph.graph.kinds import KINDS
from nhs_graph.graph.licences import LICENCES
from nhs_graph.graph.rdf_text import Statement, Subject, literal, partial, path, typed
from nhs_graph.graph.roles import ROLES

_ODS_ROLE = re.compile(r"ODS role (RO\d+)")
_INSTANT = {4: "time:inXSDgYear", 7: "time:inXSDgYearMonth", 10: "time:inXSDDate"}


class Common:
    """Notes what was named, and writes it at the end."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._intervals: set[tuple[str, str, bool]] = set()
        self._agents: set[str] = set()
        self._licences: set[str] = set()
        self._checksums: set[str] = set()
        self._roles: set[str] = set(ROLES)

    def interval(self, start: str | None, end: str | None, end_unknown: bool) -> str:
        """The period between two dates as the source said them; an open end is `..`, an unknown one `unknown`."""
        self._intervals.add((start or "..", end or ("unknown" if end_unknown else ".."), end_unknown))
        return self._interval(start or "..", end or ("unknown" if end_unknown else ".."))

    def agent(self, name: str) -> str:
        """A publisher or speaker, by name."""
        self._agents.add(name)
        return f"<{self._base}agent/{path(name)}>"

    def licence(self, name: str) -> str:
        """A licence by its id: the page of a known one."""
        self._licences.add(name)
        return f"<{LICENCES[name].url}>" if name in LICENCES else f"<{self._base}licence/{path(name)}>"

    def checksum(self, sha256: str) -> str:
        """The node of a checksum."""
        self._checksums.add(sha256)
        return f"<{self._base}checksum/{path(sha256)}>"

    def role(self, name: str) -> str:
        """A role of leaders."""
        self._roles.add(name)
        return f"<{self._base}role/{path(name)}>"

    def subjects(self) -> Iterator[Subject]:
        """Everything named so far, and the schemes of kinds and roles whole, as subjects without a source."""
        for iri, statements in (*self._times(), *self._named(), *self._concepts()):
            yield Subject(iri, [((), statements)])

    @lru_cache(maxsize=65536)  # noqa: B019 - an exporter lives as long as its export
    def _interval(self, start: str, end: str) -> str:
        return f"<{self._base}interval/{path(start)}/{path(end)}>"

    def _instant(self, text: str) -> str:
        return f"<{self._base}instant/{path(text)}>"

    def _times(self) -> Iterator[tuple[str, list[Statement]]]:
        days: set[str] = set()
        for start, end, unknown in sorted(self._intervals):
            found = [("a", "time:ProperInterval")]
            for predicate, text in (("time:hasBeginning", start), ("time:hasEnd", end)):
                if text[0].isdigit():
                    found.append((predicate, self._instant(text)))
                    days.add(text)
            if unknown:
                found.append(("nhs:endUnknown", typed("true", "boolean")))
            yield self._interval(start, end), found
        for text in sorted(days):
            yield self._instant(text), [("a", "time:Instant"), (_INSTANT[len(text)], partial(text))]

    def _named(self) -> Iterator[tuple[str, list[Statement]]]:
        for name in sorted(self._agents):
            yield self.agent(name), [("a", "foaf:Agent"), ("foaf:name", literal(name))]
        for name in sorted(self._licences):
            title = LICENCES[name].title if name in LICENCES else name
            found = [("dct:identifier", literal(name)), ("dct:title", literal(title))]
            yield self.licence(name), [("a", "dct:LicenseDocument"), *found]
        for sha256 in sorted(self._checksums):
            yield (
                self.checksum(sha256),
                [
                    ("a", "spdx:Checksum"),
                    ("spdx:algorithm", "spdx:checksumAlgorithm_sha256"),
                    ("spdx:checksumValue", literal(sha256)),
                ],
            )

    def _concepts(self) -> Iterator[tuple[str, list[Statement]]]:
        for scheme, title in (("kind", "Kinds of organisation"), ("role", "Roles of leaders")):
            yield f"<{self._base}{scheme}>", [("a", "skos:ConceptScheme"), ("dct:title", literal(title))]
        for name, kind in sorted(KINDS.items()):
            found = _concept(self._base, "kind", name, kind.broader)
            found += [("skos:definition", literal(kind.definition)), ("dct:source", literal(kind.source))]
            found.append(("nhs:statutory", typed("true" if kind.statutory else "false", "boolean")))
            found += [("skos:notation", literal(code)) for code in _ODS_ROLE.findall(kind.definition)]
            yield f"<{self._base}kind/{path(name)}>", found
        for name in sorted(self._roles):
            found = _concept(self._base, "role", name, ROLES[name].broader if name in ROLES else None)
            found += [("skos:altLabel", literal(word)) for word in (ROLES[name].words if name in ROLES else ())]
            yield self.role(name), found


def _concept(base: str, scheme: str, name: str, broader: str | None) -> list[Statement]:
    found = [
        ("a", "skos:Concept"),
        ("skos:inScheme", f"<{base}{scheme}>"),
        ("skos:prefLabel", literal(name.replace("_", " "))),
        ("dct:identifier", literal(name)),
    ]
    return [*found, ("skos:broader", f"<{base}{scheme}/{path(broader)}>")] if broader else found
