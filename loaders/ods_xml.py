"""Records of the full release of the Organisation Data Service: HSCOrgRefData XML, version 2.

What each element and attribute is to us stands here: used, left out on purpose (and counted), or unknown, which is
reported by its path. Records in the register's usual layout are read by ods_xml_layout.py, all others are parsed here.
How a release of half a gigabyte is cut into pieces is in ods_xml_pieces.py.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.loaders.ods_record import Period, Record, Rel, Role, Succ
from nhs_graph.loaders.ods_xml_layout import TRUE, decoded, record_at

LEFT_OUT = frozenset({"Status", "LastChangeDate", "GeoLoc", "Contacts"})
"""A status follows from the dates (and a merged body may stay Active, trap 35); addresses and telephones have no place
in the model."""
LAST = "</Organisation>"
_BETWEEN = re.compile(rb">\s+<")
_START = re.compile(rb"<Organisation[\s>]")
_VALUE = frozenset({"value"})
_ORG_ID = frozenset({"root", "assigningAuthorityName", "extension"})
_RECORD = frozenset({"orgRecordClass", "refOnly"})
_ROLE = frozenset({"id", "uniqueRoleId", "primaryRole"})
_REL = frozenset({"id", "uniqueRelId"})
_SUCC = frozenset({"uniqueSuccId", "forwardSuccession"})
_TARGET_ROLE = frozenset({"id", "uniqueRoleId"})


class Reading:
    """Reads records from pieces of a release, and counts what it leaves out and what it does not know.

    A record that lacks what it cannot do without is among `rejects`. Raises SourceProblem with file and line for what
    is not well-formed.
    """

    def __init__(self, name: str) -> None:
        self.left_out: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.rejects: list[RowProblem] = []
        self._name = name

    def records(self, text: bytes, encoding: str, first_line: int) -> Iterator[Record]:
        """The records of a piece of text that begins at a line and ends with a record."""
        plain = decoded(text, encoding)
        if plain is None:
            yield from self.parsed_records(text, encoding, first_line)
            return
        at, line, counted = 0, first_line, 0
        fitted = addresses = contacts = 0
        while at < len(plain):
            if fitting := record_at(plain, at):
                record, at, address, contact = fitting
                fitted += 1
                addresses += address
                contacts += contact
                yield record
            else:
                line, counted = line + plain.count("\n", counted, at), at
                records, at = self._others(plain, at, line)
                yield from records
        self.left_out.update(Status=fitted, LastChangeDate=fitted, GeoLoc=addresses, Contacts=contacts)

    def _others(self, text: str, at: int, line: int) -> tuple[list[Record], int]:
        """What comes up to the next end of a record; up to the end of the text if a comment holds that end."""
        until = text.index(LAST, at) + len(LAST)
        try:
            return list(self.parsed_records(text[at:until].encode(), "utf-8", line)), until
        except SourceProblem:
            return list(self.parsed_records(text[at:].encode(), "utf-8", line)), len(text)

    def parsed_records(self, text: bytes, encoding: str, first_line: int) -> Iterator[Record]:
        """The same by the parser alone, whatever the layout."""
        place = -1
        for element in self._parsed(text, encoding, first_line):
            if element.tag != "Organisation":
                self._is_unknown(element, "")
                continue
            place += 1
            try:
                record = self._record(element)
            except _MissingError as missing:
                line = first_line + _line_of_record(text, place)
                self.rejects.append(RowProblem(self._name, line, "Organisation", *missing.args))
            else:
                yield record

    def _parsed(self, text: bytes, encoding: str, first_line: int) -> Element:
        # Blanks between elements are half of the text, and a tree keeps each of them.
        bare = text if b"<![CDATA[" in text else _BETWEEN.sub(b"><", text)
        try:
            return _tree(bare, encoding)
        except ElementTree.ParseError:
            try:
                return _tree(text, encoding)  # for the line in the file itself
            except ElementTree.ParseError as error:
                line = first_line + error.position[0] - 1
                raise self._problem(f"is not well-formed: {str(error).partition(':')[0]}", line) from error

    def _problem(self, what: str, line: int) -> SourceProblem:
        return SourceProblem(
            f"{self._name}:{line}: the file {what}", hint="fetch the release again; nothing was loaded", line=line
        )

    def _record(self, element: Element) -> Record:
        code = name = ""
        periods: list[Period] = []
        roles: list[Role] = []
        rels: list[Rel] = []
        succs: list[Succ] = []
        for part in element:
            tag = part.tag
            if tag in LEFT_OUT:
                self.left_out[tag] += 1
            elif tag == "Date":
                periods.append(self._period(part))
            elif tag == "Name":
                name = part.text or ""
            elif tag == "OrgId":
                code = self._code(part)
            elif tag == "Roles":
                roles = [self._role(role) for role in self._only(part, "Role")]
            elif tag == "Rels":
                rels = [self._rel(rel) for rel in self._only(part, "Rel")]
            elif tag == "Succs":
                succs = [self._succ(succ) for succ in self._only(part, "Succ")]
            else:
                self._is_unknown(part, "Organisation/")
        if not code:
            raise _MissingError(name, "a record with a code")
        self._attributes(element, _RECORD)
        stub = element.attrib.get("refOnly", "") in TRUE
        return Record(code, name.strip(), tuple(periods), tuple(roles), tuple(rels), tuple(succs), stub)

    def _role(self, element: Element) -> Role:
        periods: list[Period] = []
        for part in element:
            if part.tag == "Date":
                periods.append(self._period(part))
            elif part.tag not in LEFT_OUT:
                self._is_unknown(part, "Role/")
        given = element.attrib
        self._attributes(element, _ROLE)
        return Role(given.get("id", ""), given.get("primaryRole") in TRUE, tuple(periods))

    def _rel(self, element: Element) -> Rel:
        periods: list[Period] = []
        target: tuple[str, str | None] = ("", None)
        for part in element:
            if part.tag == "Date":
                periods.append(self._period(part))
            elif part.tag == "Target":
                target = self._target(part)
            elif part.tag not in LEFT_OUT:
                self._is_unknown(part, "Rel/")
        if not target[0]:
            raise _MissingError(element.attrib.get("id", ""), "a relationship with the code of its target")
        self._attributes(element, _REL)
        return Rel(element.attrib.get("id", ""), *target, tuple(periods))

    def _succ(self, element: Element) -> Succ:
        kind, day = "", None
        target: tuple[str, str | None] = ("", None)
        for part in element:
            if part.tag == "Date":
                day = self._period(part)[1]
            elif part.tag == "Type":
                kind = (part.text or "").strip()
            elif part.tag == "Target":
                target = self._target(part)
            else:
                self._is_unknown(part, "Succ/")
        if kind not in {"Predecessor", "Successor"} or not target[0] or not day:
            raise _MissingError(f"{kind} {target[0]}", "a succession with its type, target and day")
        self._attributes(element, _SUCC)
        return Succ(kind, *target, day)

    def _target(self, element: Element) -> tuple[str, str | None]:
        code, role = "", None
        for part in element:
            if part.tag == "OrgId":
                code = self._code(part)
            elif part.tag == "PrimaryRoleId":
                role = part.attrib.get("id")
                self._attributes(part, _TARGET_ROLE)
            else:
                self._is_unknown(part, "Target/")
        return code, role

    def _code(self, element: Element) -> str:
        self._attributes(element, _ORG_ID)
        return element.attrib.get("extension", "").strip()

    def _period(self, element: Element) -> Period:
        kind, start, end = "", None, None
        for part in element:
            tag, given = part.tag, part.attrib
            if len(given) != 1:
                self._attributes(part, _VALUE)
            if tag == "Start":
                start = given.get("value")
            elif tag == "End":
                end = given.get("value")
            elif tag == "Type":
                kind = given.get("value", "")
            else:
                self._is_unknown(part, "Date/")
        return kind, start, end

    def _only(self, element: Element, tag: str) -> Iterator[Element]:
        for part in element:
            if part.tag == tag:
                yield part
            else:
                self._is_unknown(part, f"{element.tag}/")

    def _attributes(self, element: Element, known: frozenset[str]) -> None:
        if not known.issuperset(element.attrib):
            for name in element.attrib.keys() - known:
                self.unknown[f"{element.tag}/@{name}"] += 1

    def _is_unknown(self, element: Element, above: str) -> None:
        self.unknown[f"{above}{element.tag}"] += 1


class _MissingError(Exception):
    """What is there of something, and what a record cannot do without."""


def line_of(text: bytes, code: str) -> int:
    """How many lines of a piece come before the record of a code: its own, not one that only names it as a target."""
    for found in re.finditer(b'extension="%s"' % re.escape(code.encode()), text):
        if text.find(b"extension=", text.rfind(b"<Organisation", 0, found.start())) == found.start():
            return text.count(b"\n", 0, found.start())
    return 0


def _line_of_record(text: bytes, place: int) -> int:
    """How many lines of a piece come before its record of this number, counted from nothing."""
    starts = (found.start() for found in _START.finditer(text))
    return text.count(b"\n", 0, next(islice(starts, place, None), 0))


def _tree(text: bytes, encoding: str) -> Element:
    parser = ElementTree.XMLParser(encoding=encoding)
    parser.feed(b"<Organisations>")
    parser.feed(text)
    parser.feed(b"</Organisations>")
    return parser.close()
