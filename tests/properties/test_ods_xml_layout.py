"""Reading a record by its layout gives what the parser gives, whatever is done to the text."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.loaders.ods_record import Record
from nhs_graph.loaders.ods_xml import Reading
from nhs_graph.loaders.ods_xml_layout import decoded, record_at

BLANKS = st.sampled_from(["", "\n  ", " ", "\r\n\t"])
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="]"), max_size=9)
CODES = st.text(st.sampled_from("ABCXYZ019"), min_size=1, max_size=6)
INTRUDERS = st.sampled_from(
    [
        *("", "<", ">", "&", "&amp;", "&#65;", "&#1;", "]]>", "\x01", "\ufffe", "\u00a0", '"', ' x="1"', ' root="1"'),
        *("é", "<!-- -->", "<Extra/>", "</Organisation>", "<![CDATA[x]]>", "<?x?>", "<Roles>", "</Roles>"),
    ]
)


@st.composite
def records(draw: st.DrawFn) -> str:
    """A record of the register's layout, with blanks anywhere between elements."""

    def tag(name: str, attributes: dict[str, str], *inside: str) -> str:
        given = "".join(f' {key}="{value}"' for key, value in attributes.items())
        if not inside:
            return f"<{name}{given}{draw(st.sampled_from(['', ' ']))}/>"
        blanks = [draw(BLANKS) for _ in inside]
        content = "".join(f"{blank}{part}" for blank, part in zip(blanks, inside, strict=True)) + draw(BLANKS)
        return f"<{name}{given}>{content}</{name}>"

    def word() -> str:
        return draw(WORDS.filter(lambda text: not set('"&<') & set(text)))

    def period() -> str:
        last = [tag("End", {"value": draw(st.dates()).isoformat()})] if draw(st.booleans()) else []
        kind = draw(st.sampled_from(["Legal", "Operational"]))
        return tag("Date", {}, tag("Type", {"value": kind}), tag("Start", {"value": str(draw(st.dates()))}), *last)

    def periods() -> list[str]:
        return [period() for _ in range(draw(st.integers(1, 2)))]

    def ordered(attributes: dict[str, str]) -> dict[str, str]:
        return dict(sorted(attributes.items())) if by_alphabet else attributes

    def org_id() -> str:
        return tag("OrgId", ordered({"root": "2.16", "assigningAuthorityName": "HSCIC", "extension": draw(CODES)}))

    def target() -> str:
        return tag("Target", {}, org_id(), tag("PrimaryRoleId", {"id": draw(CODES), "uniqueRoleId": "1"}))

    by_alphabet = draw(st.booleans())
    status = tag("Status", {"value": "Active"})
    roles: list[str] = []
    for _ in range(draw(st.integers(0, 2))):
        primary = {"primaryRole": draw(st.sampled_from(["true", "false", "1"]))} if draw(st.booleans()) else {}
        roles.append(tag("Role", ordered({"id": draw(CODES), "uniqueRoleId": "1"} | primary), *periods(), status))
    rels = [
        tag("Rel", {"id": "RE4", "uniqueRelId": "1"}, *periods(), status, target())
        for _ in range(draw(st.integers(0, 2)))
    ]
    succs = [
        tag(
            "Succ",
            ({"forwardSuccession": "true"} if draw(st.booleans()) else {}) | {"uniqueSuccId": "1"},
            tag("Date", {}, tag("Type", {"value": "Legal"}), tag("Start", {"value": str(draw(st.dates()))})),
            f"<Type>{draw(st.sampled_from(['Predecessor', 'Successor']))}</Type>",
            target(),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    lines = [f"<AddrLn1>{escape(draw(WORDS))}</AddrLn1>", tag("UPRN", {"value": "1"}), f"<Town>{word()}</Town>"]
    parts = [
        f"<Name>{escape(draw(WORDS))}</Name>",
        *periods(),
        org_id(),
        status,
        tag("LastChangeDate", {"value": "2020-01-01"}),
    ]
    if draw(st.booleans()):
        parts.append(tag("GeoLoc", {}, tag("Location", {}, *lines)))
    if draw(st.booleans()):
        parts.append(tag("Contacts", {}, tag("Contact", {"type": "tel", "value": word()})))
    parts += [tag(name, {}, *some) for name, some in (("Roles", roles), ("Rels", rels), ("Succs", succs)) if some]
    stub = {"refOnly": "true"} if draw(st.booleans()) else {}
    return draw(BLANKS) + tag("Organisation", {"orgRecordClass": "RC1"} | stub, *parts)


Outcome = str | tuple[list[Record], dict[str, int], dict[str, int], list[str]]
"""What is wrong with a text, or its records, what was left out, what was unknown and what was rejected."""


def read(text: str, *, by_parser_alone: bool = False) -> Outcome:
    reading = Reading("x")
    reads = reading.parsed_records if by_parser_alone else reading.records
    try:
        found = list(reads(text.encode(), "utf-8", 1))
    except SourceProblem as problem:
        return problem.message
    rejects = [problem.message for problem in reading.rejects]
    return found, dict(+reading.left_out), dict(reading.unknown), rejects


@given(records())
def test_a_record_in_the_layout_fits_and_is_what_the_parser_finds(text: str) -> None:
    fitting = record_at(text, 0)
    assert fitting
    assert fitting[1] == len(text)
    assert read(text) == read(text, by_parser_alone=True)


@given(records(), records(), st.data())
def test_a_changed_text_is_read_or_refused_as_by_the_parser(first: str, second: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(first)), "place")
    gone = data.draw(st.integers(0, 12), "characters left out")
    text = first[:place] + data.draw(INTRUDERS, "put in") + first[place + gone :] + second
    text = text.replace("\r", "")  # a lone one is a line for the parser, and none for us
    assert read(text) == read(text, by_parser_alone=True)


@pytest.mark.parametrize("text", ["<a>\xff</a>".encode("latin-1"), "<a>\uffff</a>".encode()])
def test_characters_that_no_xml_holds_are_left_to_the_parser(text: bytes) -> None:
    assert decoded(text, "utf-8") is None
