"""RDF as text: terms as Turtle writes them, and four writers that take one subject after the other.

An object is a string as in Turtle: `<iri>`, `prefix:name`, `"text"@en` or `"2019"^^xsd:gYear`. Escapes are those that
Turtle, N-Triples and JSON share, so that no text leaves its quotes. Statements of a subject are sorted, each once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import IO, Literal, NamedTuple
from urllib.parse import quote

Format = Literal["ttl", "nt", "jsonld", "trig"]
FORMATS: dict[Format, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
}
"""The formats and their media types."""

Statement = tuple[str, str]
"""A predicate (`nhs:subject`, or `a` for the type) and an object."""


class Subject(NamedTuple):
    """All statements about one thing, in parts: each with the addresses of the sources that say them."""

    iri: str
    parts: list[tuple[tuple[str, ...], list[Statement]]]


_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F, 0x2028, 0x2029)} | {
    ord('"'): '\\"',
    ord("\\"): "\\\\",
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
}
_PLAIN = re.compile('[^\x00-\x1f"\\\\\x7f\u2028\u2029]*').fullmatch
_BY_LENGTH = {4: "gYear", 7: "gYearMonth", 10: "date"}
_PARTIAL = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def literal(text: str) -> str:
    """A plain text."""
    return f'"{text}"' if _PLAIN(text) else f'"{text.translate(_ESCAPES)}"'


def typed(text: str, datatype: str) -> str:
    """A value of an XML Schema datatype, such as `date`; the caller gives its lexical form."""
    return f'"{text}"^^xsd:{datatype}'


@lru_cache(maxsize=4096)
def partial(text: str) -> str:
    """`2019`, `2019-04` or `2019-04-01`, typed by its precision; another text as it is."""
    return typed(text, _BY_LENGTH[len(text)]) if _PARTIAL.fullmatch(text) else literal(text)


@lru_cache(maxsize=65536)
def path(text: str) -> str:
    """A key as the end of an address: everything but letters, digits and `-._~/:@` is percent-encoded."""
    return quote(text, safe="/:@")


def turtle_head(prefixes: Mapping[str, str]) -> str:
    """The prefix lines."""
    return "".join(f"@prefix {name}: <{address}> .\n" for name, address in sorted(prefixes.items())) + "\n"


def turtle_block(iri: str, statements: list[Statement], indent: str = "") -> str:
    """One subject with its statements, which are sorted and not empty."""
    lines: list[str] = []
    before = ""
    for predicate, value in statements:
        if predicate == before:
            lines[-1] += f" , {value}"
        else:
            lines.append(f"{predicate} {value}")
            before = predicate
    return f"{indent}{iri}\n{indent}    " + f" ;\n{indent}    ".join(lines) + " .\n"


class Writer:
    """Writes subjects to files in several formats at once, and counts the triples."""

    def __init__(self, files: Mapping[Format, IO[str]], prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self.triples = 0
        """Of all subjects so far, each statement once."""
        self.subjects = 0
        self.classes: Counter[str] = Counter()
        """How many subjects are of each class."""
        writers = {"ttl": self._turtle, "nt": self._lines, "jsonld": self._json}
        self._plain = [(files[name].write, writers[name]) for name in ("ttl", "nt", "jsonld") if name in files]
        self._trig = files["trig"].write if "trig" in files else None
        self._json_file = files.get("jsonld")
        self._expanded: dict[str, str] = {"a": f"<{prefixes['rdf']}type>"}
        for name in ("ttl", "trig"):
            if name in files:
                files[name].write(turtle_head(prefixes))
        if self._json_file:
            context = ",\n  ".join(f'"{name}": "{address}"' for name, address in sorted(prefixes.items()))
            self._json_file.write(f'{{\n"@context": {{\n  {context}\n}},\n"@graph": [')

    def write(self, subjects: Iterable[Subject]) -> None:
        """Add subjects; each may come once."""
        plain, trig = self._plain, self._trig
        for iri, parts in subjects:
            statements = parts[0][1] if len(parts) == 1 else [s for _, part in parts for s in part]
            statements = sorted(set(statements))
            self.triples += len(statements)
            self.subjects += 1
            for predicate, value in statements:  # `a` sorts before all others
                if predicate != "a":
                    break
                self.classes[value] += 1
            for write, told in plain:
                write(told(iri, statements))
            if trig:
                _write_graphs(trig, iri, parts)

    def finish(self) -> None:
        """Write what ends each file."""
        if self._json_file:
            self._json_file.write("\n]\n}\n")

    def _turtle(self, iri: str, statements: list[Statement]) -> str:
        return turtle_block(iri, statements) + "\n"

    def _lines(self, iri: str, statements: list[Statement]) -> str:
        full = self._full
        return "".join([f"{iri} {full(predicate)} {full(value)} .\n" for predicate, value in statements])

    def _full(self, token: str) -> str:
        """A term with its whole address, as N-Triples wants it."""
        if token[0] == "<":
            return token
        if token[0] == '"':
            end = token.rindex('"')
            return f"{token[: end + 3]}{self._full(token[end + 3 :])}" if token[end + 1 :].startswith("^^") else token
        if token not in self._expanded:
            prefix, _, name = token.partition(":")
            self._expanded[token] = f"<{self._prefixes[prefix]}{name}>"
        return self._expanded[token]

    def _json(self, iri: str, statements: list[Statement]) -> str:
        fields: dict[str, list[str]] = {}
        for predicate, value in statements:
            fields.setdefault(predicate, []).append(_json_type(value) if predicate == "a" else _json_value(value))
        told = ", ".join(
            f'"{"@type" if name == "a" else name}": {values[0] if len(values) == 1 else "[" + ", ".join(values) + "]"}'
            for name, values in fields.items()
        )
        return f'{"," if self.subjects > 1 else ""}\n{{"@id": "{iri[1:-1]}", {told}}}'


def _json_type(value: str) -> str:
    return f'"{value}"'


def _json_value(value: str) -> str:
    if value[0] != '"':
        return f'{{"@id": "{value.strip("<>")}"}}'
    end = value.rindex('"')
    text, suffix = value[: end + 1], value[end + 1 :]
    if not suffix:
        return f'{{"@value": {text}}}'
    return f'{{"@value": {text}, "{"@language" if suffix[0] == "@" else "@type"}": "{suffix.lstrip("@^")}"}}'


def _write_graphs(
    write: Callable[[str], object], iri: str, parts: Iterable[tuple[tuple[str, ...], list[Statement]]]
) -> None:
    """The statements of a subject, each in the graphs of its sources, or in the default graph if it has none."""
    graphs: dict[str, set[Statement]] = {}
    for sources, statements in parts:
        for source in sources or ("",):
            graphs.setdefault(source, set()).update(statements)
    for source in sorted(graphs):
        if source:
            write(f"{source} {{\n{turtle_block(iri, sorted(graphs[source]), '  ')}}}\n\n")
        else:
            write(turtle_block(iri, sorted(graphs[source])) + "\n")
