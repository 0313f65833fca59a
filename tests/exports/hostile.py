"""Facts whose texts would do harm in a page, a picture, a query, a spreadsheet or an RDF file that trusted them."""

from datetime import date

from nhs_graph.graph import facts as f

TEXTS = (
    "<script>alert('name')</script>",
    '"quoted" and \'quoted\' & "</script><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://example.org","x")',
    "'=already escaped",
    "+1;-1;\\;@x",
    "two\nlines\r\nand\ta tab",
    'x"""@en . <http://example.org/a> <http://example.org/b> "c',
    "<http://example.org/iri> ^^xsd:date ; a owl:Thing . # not a comment",
    "'}) DETACH DELETE n //",
    "\u202eright to left\u202c and \u200f a mark",
    "backslash \\ \\u0041 ${x} {{y}} %0A --> <!-- ]]>",
    "\u2028line separator\u2029 and a null-like \x01 control",
    "\U0001f3e5 hospital, ünïcödé",
)
SOURCE = f.Source(
    id='source"<b>',
    title=TEXTS[0],
    publisher=TEXTS[1],
    url='https://example.org/a b?"<c>=\\{d}',
    published_on="2019-04",
    licence="no such <licence>",
    kind="news",
)


def facts() -> list[f.Fact]:
    """One body, name, person, event and tenure a text; each rests on a source that is no better."""
    said = (SOURCE.id,)
    found: list[f.Fact] = [SOURCE]
    for number, text in enumerate(TEXTS):
        body, day = f"H{number}", date(2019, 1 + number % 12, 1)
        found += [
            f.Organisation(id=body, name=text, start_date=day, start_precision="month", source_ids=said),
            f.Name(organisation_id=body, name=text, start_date=day, stated_from=day, shown_from=day, source_ids=said),
            f.Classification(organisation_id=body, kind="nhs_trust", start_date=day, role_code=text, source_ids=said),
            f.ChangeEvent(
                id=f"event {text}",
                kind="formation",
                status="completed",
                effective_date=day,
                legal_basis=text,
                rule="curated",
                source_ids=said,
            ),
            f.Party(event_id=f"event {text}", organisation_id=body, side="result", source_ids=said),
            f.Person(id=f"person-{number}", name=text, other_names=(text, "plain"), source_ids=said),
            f.Post(organisation_id=body, role="chair", source_ids=said),
            f.Tenure(
                person_id=f"person-{number}",
                organisation_id=body,
                role="chair",
                role_label=text,
                organisation_name=text,
                basis="interim",
                end_date=date(2021, 1, 1),
                end_precision="year",
                source_ids=said,
            ),
        ]
    return found
