"""Records in the layout in which the register writes them: known by regular expressions, and read four times as fast.

A record fits when it holds its elements and attributes in the register's order and nothing else. Then it is well-formed
and nothing in it is unknown: the patterns have no place for a comment, a section, an entity of one's own or a character
that XML forbids. What does not fit is no error: the parser of ods_xml.py reads it, and says what is unknown or wrong.
Every repetition is possessive, so that no pattern looks at a character again and again, whatever a file holds.
"""

import re
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

from nhs_graph.loaders.ods_record import Period, Record, Rel, Role, Succ

TRUE = frozenset({"true", "1"})
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_FORBIDDEN = b"\xef\xbf"
"""Begins the two characters outside ASCII that no XML may hold; hardly any other begins with it."""

_S = r"\n?+ *+[ \t\r\n]*+"  # first what there nearly always is: half of a release is blanks
_VALUE = r'"[^"<&\x00-\x1f]*+"'
_TAKEN = r'"([^"<&\x00-\x1f]*+)"'
_CODE = r'"([^\s"<&\x00-\x1f]++)"'
_TEXT = r"[^<&\]\x00-\x1f]*+(?:&(?:amp|lt|gt|quot|apos);[^<&\]\x00-\x1f]*+)*+"
_CLOSE = rf" ?/>{_S}"
_END = rf"(?:<End value={_TAKEN}{_CLOSE})?+"
_DATE = rf"<Date>{_S}<Type value={_TAKEN}{_CLOSE}<Start value={_TAKEN}{_CLOSE}{_END}</Date>{_S}"
_DATES = rf"{_DATE}(?:{_DATE})?+"
_STATUS = rf"<Status value={_VALUE}{_CLOSE}"
# Attributes stand in the order of the specification or in that of the alphabet.
_ORG_ID = (
    rf"<OrgId(?P<root> root={_VALUE})?+ assigningAuthorityName={_VALUE} extension={_CODE}(?(root)| root={_VALUE})"
    rf"{_CLOSE}"
)
_TARGET = rf"<Target>{_S}{_ORG_ID}<PrimaryRoleId id={_TAKEN} uniqueRoleId={_VALUE}{_CLOSE}</Target>{_S}"
_ADDRESS = (
    rf"(?:<GeoLoc>{_S}<Location>{_S}"
    rf"(?:<(?P<line>[A-Za-z0-9]++)(?:>{_TEXT}</(?P=line)>{_S}| value={_VALUE}{_CLOSE}))*+"
    rf"</Location>{_S}(</GeoLoc>){_S})?+"
)
_CONTACTS = rf"(?:<Contacts>{_S}(?:<Contact type={_VALUE} value={_VALUE}{_CLOSE})*+(</Contacts>){_S})?+"
_HEAD = re.compile(
    rf"{_S}<Organisation orgRecordClass={_VALUE}(?: refOnly={_TAKEN})?+>{_S}<Name>({_TEXT})</Name>{_S}"
    rf"{_DATES}{_ORG_ID}{_STATUS}<LastChangeDate value={_VALUE}{_CLOSE}{_ADDRESS}{_CONTACTS}"
)
_ROLE = re.compile(
    rf"<Role id={_TAKEN}(?P<unique> uniqueRoleId={_VALUE})?+(?: primaryRole={_TAKEN})?+"
    rf"(?(unique)| uniqueRoleId={_VALUE})>{_S}{_DATES}{_STATUS}</Role>{_S}"
)
_REL = re.compile(rf"<Rel id={_TAKEN} uniqueRelId={_VALUE}>{_S}{_DATES}{_STATUS}{_TARGET}</Rel>{_S}")
_SUCC = re.compile(
    rf"<Succ(?: forwardSuccession={_VALUE})?+ uniqueSuccId={_VALUE}>{_S}"
    rf"<Date>{_S}<Type value={_VALUE}{_CLOSE}<Start value={_CODE}{_CLOSE}</Date>{_S}"
    rf"<Type>(Predecessor|Successor)</Type>{_S}{_TARGET}</Succ>{_S}"
)
_TAIL = re.compile("</Organisation>")


Fitting = tuple[Record, int, bool, bool]
"""A record that fits, where its text ends, whether it has an address, whether it has contacts."""


def decoded(text: bytes, encoding: str) -> str | None:
    """The text, if all its characters may stand in XML (those of ASCII are looked at by the patterns)."""
    try:
        return None if _FORBIDDEN in text else text.decode(encoding)
    except UnicodeDecodeError:
        return None


def record_at(text: str, at: int) -> Fitting | None:
    """The record that begins here, after blanks; None if it does not fit the layout."""
    head = _HEAD.match(text, at)
    if not head:
        return None
    stub, name, a, b, c, x, y, z, _, code, _, address, contacts = head.groups()
    roles, at = _section(text, head.end(), _ROLES)
    rels, at = _section(text, at, _RELS)
    succs, at = _section(text, at, _SUCCS)
    tail = _TAIL.match(text, at)
    if not tail:
        return None
    if "&" in name:
        name = unescape(name, _QUOTES)
    # Groups are named by their letters: to unpack them with a star takes as long as to match them.
    record = Record(
        code,
        name.strip(),
        _periods(a, b, c, x, y, z),
        tuple([Role(id, primary in TRUE, _periods(a, b, c, x, y, z)) for id, _, primary, a, b, c, x, y, z in roles]),
        tuple([Rel(id, to, role, _periods(a, b, c, x, y, z)) for id, a, b, c, x, y, z, _, to, role in rels]),
        tuple([Succ(kind, to, role, day) for day, kind, _, to, role in succs]),
        stub in TRUE,
    )
    return record, tail.end(), address is not None, contacts is not None


class _Section(NamedTuple):
    """A list of parts of a record."""

    first: re.Pattern[str]
    part: re.Pattern[str]
    last: re.Pattern[str]


def _of(tag: str, part: re.Pattern[str]) -> _Section:
    return _Section(re.compile(rf"<{tag}>{_S}"), part, re.compile(rf"</{tag}>{_S}"))


_ROLES, _RELS, _SUCCS = _of("Roles", _ROLE), _of("Rels", _REL), _of("Succs", _SUCC)


def _section(text: str, at: int, section: _Section) -> tuple[list[tuple[Any, ...]], int]:
    """The groups of each part of a section that begins here, if one does, and where it ends."""
    parts: list[tuple[Any, ...]] = []
    first = section.first.match(text, at)
    if not first:
        return parts, at
    at = first.end()
    matching = section.part.match
    while part := matching(text, at):
        parts.append(part.groups())
        at = part.end()
    last = section.last.match(text, at)
    return parts, last.end() if last else len(text)  # where no record has its tail


def _periods(
    kind: str, start: str, end: str | None, other: str | None, other_start: str | None, other_end: str | None
) -> tuple[Period, ...]:
    if other is None:
        return ((kind, start, end),)
    return ((kind, start, end), (other, other_start, other_end))
