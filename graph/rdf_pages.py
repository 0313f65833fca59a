"""Two static pages for a folder of open data: what there is (index.html), and every term (terms.html)."""

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_graph.graph.facts import Source
from nhs_graph.graph.licences import ATTRIBUTION, attribution
from nhs_graph.graph.rdf_catalog import DESCRIPTION, TITLE, Publication
from nhs_graph.graph.rdf_check import ontology_text
from nhs_graph.graph.rdf_terms import LEFT_OUT, SOURCE_IDS, TERMS
from nhs_graph.graph.rdf_text import FORMATS
from nhs_graph.graph.store import Selection, Store

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_STYLE = """:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem;
border-bottom: 1px solid #8888; } dt { font-weight: bold; margin-top: 1rem; } .wide { overflow-x: auto; }"""


def write_pages(store: Store, folder: Path, about: Publication) -> None:
    """Write index.html and terms.html beside the data files."""
    (folder / "index.html").write_text(_index(store, folder, about), encoding="utf-8", newline="\n")
    (folder / "terms.html").write_text(_terms(about), encoding="utf-8", newline="\n")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def _table(heads: list[str], rows: list[list[str]]) -> str:
    """A table whose cells are HTML already."""
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    table = f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody>\n</table>"
    return f'<div class="wide" tabindex="0">{table}</div>\n'


def _index(store: Store, folder: Path, about: Publication) -> str:
    when = f"the facts of {about.as_of}" if about.as_of else "all facts of all times"
    files = [
        [f'<a href="nhs-graph.{name}">nhs-graph.{name}</a>', FORMATS[name], _size(folder / f"nhs-graph.{name}")]
        for name in about.formats
    ]
    described = {
        "ontology.ttl": "the terms",
        "shapes.ttl": "what must hold (SHACL)",
        "catalog.ttl": "catalogue record (DCAT)",
        "void.ttl": "statistics (VoID)",
        "datapackage.json": "files, checksums, licences (Data Package)",
        "terms.html": "every term, and which field it carries",
    }
    files += [[f'<a href="{name}">{name}</a>', told, _size(folder / name)] for name, told in described.items()]
    sources = [
        [escape(source.title), escape(source.publisher), escape(source.licence), escape(attribution(source))]
        for source in store.facts(Selection(Source))
    ]
    body = (
        f"<p>{escape(DESCRIPTION)}</p>\n<p>Release {escape(about.release)}, {when}: {about.triples:,} triples about "
        f"{about.subjects:,} things. Published by {escape(about.publisher)}.</p>\n<h2>Files</h2>\n"
        f"{_table(['file', 'what it is', 'size'], files)}<h2>Licence and attribution</h2>\n"
        + "".join(f"<p>{escape(line)}</p>\n" for line in ATTRIBUTION)
        + f"<h2>Sources</h2>\n{_table(['title', 'publisher', 'licence', 'attribution'], sources)}"
    )
    return _page(TITLE, body)


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1e6:.1f} MB" if file.exists() else ""


def _terms(about: Publication) -> str:
    from rdflib import RDFS, Graph, URIRef

    ontology = Graph().parse(data=ontology_text(about.base), format="turtle")
    own = f"{about.base}terms#"
    terms = sorted({s for s in ontology.subjects(RDFS.isDefinedBy) if isinstance(s, URIRef)}, key=lambda s: s.lower())
    entries = "".join(_entry(ontology, term, own) for term in terms)
    fields = [
        [escape(f"{fact.__name__}.{name}"), f"<code>{escape(term.predicate)}</code>"]
        for fact, rows in TERMS.items()
        for name, term in {**rows, "source_ids": SOURCE_IDS}.items()
    ]
    left_out = [[escape(name), escape(reason)] for name, reason in LEFT_OUT.items()]
    body = (
        f"<p>The namespace is <code>{escape(own)}</code>; terms of other vocabularies are used wherever they have one. "
        f'The same in Turtle: <a href="ontology.ttl">ontology.ttl</a>.</p>\n<dl>\n{entries}</dl>\n'
        f"<h2>Fields and terms</h2>\n{_table(['field', 'term'], fields)}"
        f"<h2>Left out</h2>\n{_table(['field', 'why'], left_out)}"
    )
    return _page("Terms of nhs-graph", body)


def _entry(ontology: "Graph", term: "Node", own: str) -> str:
    from rdflib import DCTERMS, RDFS

    name = str(term).removeprefix(own)
    parts = [escape(str(ontology.value(term, RDFS.comment)))]
    for told, predicate in (("of", RDFS.domain), ("gives", RDFS.range)):
        if (found := ontology.value(term, predicate)) is not None:
            parts.append(f"{told} <code>{escape(ontology.namespace_manager.normalizeUri(str(found)))}</code>")
    carried = ", ".join(sorted(str(field) for field in ontology.objects(term, DCTERMS.source)))
    parts.append(f"carries {escape(carried)}")
    return f'<dt id="{escape(name)}"><code>nhs:{escape(name)}</code></dt>\n<dd>{"; ".join(parts)}</dd>\n'
