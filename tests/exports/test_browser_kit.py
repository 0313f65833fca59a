"""The Browser kit: complete, the shipped questions unchanged, and used in the real Neo4j Browser in Chromium."""

import base64
import html
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from nhs_graph.cli.kit_server import server
from nhs_graph.graph import kinds
from nhs_graph.graph.schema import SHAPES
from nhs_graph.graph.store import Store
from nhs_graph.queries.browser_kit import (
    FAVOURITES,
    GUIDE,
    STYLE,
    favourites,
    guide_text,
    parameters,
    style_text,
    write_kit,
)
from nhs_graph.queries.saved import all_saved
from tests.exports import hostile
from tests.exports.chromium import browser
from tests.server.neo4j_server import Server

RULE = re.compile(r"^node\.(\w+) \{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
GUIDE_QUERIES = [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", guide_text(), re.DOTALL)]


def test_every_label_has_one_rule_and_kinds_come_last() -> None:
    labels = [label for label, _ in RULE.findall(style_text())]
    wanted = {str(shape.label) for shape in SHAPES if shape.label} | {kinds.label(kind) for kind in kinds.KINDS}
    assert sorted(labels) == sorted(wanted)
    order = {label: number for number, label in enumerate(labels)}
    for kind in kinds.KINDS.values():
        assert order["Organisation"] < order[kinds.label(kind.name)]
        if kind.broader is None:
            narrower = [kinds.label(k) for k in kinds.with_sub_kinds(kind.name) - {kind.name}]
            assert all(order[kinds.label(kind.name)] < order[label] for label in narrower)


def test_captions_name_fields_of_the_fact() -> None:
    fields = {str(shape.label): {"id", *shape.fields} for shape in SHAPES if shape.label}
    for label, body in RULE.findall(style_text()):
        (field,) = re.findall(r'caption: "\{(\w+)\}"', body)
        assert field in fields.get(label, fields["Organisation"])


def test_favourites_are_the_shipped_files_unchanged() -> None:
    archive = zipfile.ZipFile(io.BytesIO(favourites()))
    found = {name: archive.read(name).decode() for name in archive.namelist()}
    assert found.pop("nhs-graph/parameters.cypher").startswith("// First")
    assert found == {f"nhs-graph/{item.name}.cypher": item.text for item in all_saved()}
    assert favourites() == favourites()


@pytest.mark.neo4j
@pytest.mark.parametrize("text", [text for text in GUIDE_QUERIES if not text.startswith(":")])
def test_every_query_of_the_guide_finds_something(bundle_server: Store, text: str) -> None:
    assert bundle_server.query(text, {})


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[str]:
    """The address of a served kit."""
    write_kit(tmp_path)
    running = server(tmp_path, 0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://localhost:{running.server_address[1]}"
    running.shutdown()
    running.server_close()
    thread.join()


def signed_in(page: Page, neo4j: Server) -> None:
    page.goto(f"{neo4j.browser}?connectURL=neo4j://localhost:{neo4j.bolt_port}")
    page.fill("[data-testid=username]", "neo4j", timeout=60_000)
    page.fill("[data-testid=password]", neo4j.password)
    page.click("[data-testid=connect]")
    page.wait_for_selector("text=You are connected as user neo4j", timeout=60_000)


def run(page: Page, text: str) -> None:
    page.click("[data-testid=activeEditor] .monaco-editor")
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")


@pytest.mark.neo4j
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Playwright's own process
def test_style_guide_and_questions_work_in_the_real_browser(neo4j_bundle: Server, kit: str, tmp_path: Path) -> None:
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        signed_in(page, neo4j_bundle)
        run(page, f":style {kit}/{STYLE}")
        page.wait_for_selector("[data-testid=frame] >> text=node.ICB", timeout=30_000)
        run(page, f":guide {kit}/{GUIDE}")
        page.wait_for_selector("[data-testid=guidesDrawer] >> text=NHS organisations in time", timeout=30_000)
        heading, drawer = (
            page.locator(f"[data-testid=guidesDrawer]{part}").first.bounding_box() for part in (" h3", "")
        )
        assert heading is not None
        assert drawer is not None
        assert heading["x"] > drawer["x"]  # the Browser's own style pulls slides to the left
        page.click("[data-testid=guidesDrawer] >> text=Next")
        page.wait_for_selector("[data-testid=guidesDrawer] >> text=Which council lies in two systems")
        run(page, GUIDE_QUERIES[2])
        page.wait_for_selector('[data-testid=frame] >> text="autoComplete": false', timeout=30_000)
        run(page, GUIDE_QUERIES[1])
        page.wait_for_selector("g.node", timeout=30_000)
        assert "OVERLAPS (2)" in page.inner_text("[data-testid=vizInspector]")  # those of the day, no others
        told = page.evaluate(NODES)
        colours = {colour for _, colour in told}
        # The council, two areas of health systems with their bodies, and the council's own area: by kind, by name.
        assert colours == {"#a03000", "#00694b", "#2d6a2d"}
        assert any("Cumbria" in text for text, _ in told)
        page.screenshot(path=str(tmp_path / "browser.png"))
        content = base64.b64encode((tmp_path / FAVOURITES).read_bytes()).decode()
        page.evaluate(DROP, [FAVOURITES, content])
        page.click("[data-testid=navigationFavorites]")
        page.get_by_text("nhs-graph", exact=True).click(timeout=30_000)  # the folder of the archive
        for name, done in DONE.items():
            page.get_by_text(_title(tmp_path, name)).first.click()
            page.keyboard.press("Control+Enter")
            page.wait_for_selector(f"[data-testid=frame] >> {done}", timeout=60_000)


def _title(folder: Path, name: str) -> str:
    """What the Browser calls a favourite: its first line."""
    text = zipfile.ZipFile(folder / FAVOURITES).read(f"nhs-graph/{name}.cypher").decode()
    return text.splitlines()[0].removeprefix("// ")


@pytest.mark.neo4j
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Playwright's own process
def test_hostile_names_are_captions_and_cells_in_the_real_browser(
    neo4j_scratch: Server, scratch_store: Store, kit: str
) -> None:
    scratch_store.replace(hostile.facts(), {})
    ran: list[str] = []
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1400, "height": 900})
        page.on("dialog", lambda dialog: ran.append(dialog.message))
        signed_in(page, neo4j_scratch)
        run(page, f":style {kit}/{STYLE}")
        page.wait_for_selector("[data-testid=frame] >> text=node.ICB", timeout=30_000)
        run(page, "MATCH (n:Organisation) RETURN n")
        page.wait_for_selector("g.node", timeout=30_000)
        captions = [text for text, _ in page.evaluate(NODES)]
        assert len(captions) == len(hostile.TEXTS)
        assert any("<script>" in text for text in captions)
        run(page, "MATCH (n:Organisation) RETURN n.id AS id, n.name AS name ORDER BY id")
        page.wait_for_selector("[data-testid=frame] >> text=Started streaming", timeout=30_000)
        assert hostile.TEXTS[0] in page.locator("[data-testid=frame]").first.inner_text()
        assert page.locator("img[src=x]").count() == 0
    assert ran == []


DONE = {
    "parameters": f"[title='Status: success'] >> nth={len(parameters(all_saved()).splitlines()) - 1}",
    "boundaries_councils": "text=Started streaming 14 records",
}
"""What the Browser shows at last: each parameter set; fourteen split upper-tier councils (tests/golden)."""
NODES = """() => [...document.querySelectorAll("g.node")].map(
    node => [node.textContent, node.querySelector(".b-outline").getAttribute("fill")])"""
DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0)), data = new DataTransfer();
    data.items.add(new File([bytes], name, { type: "application/zip" }));
    const target = document.querySelector("[data-testid=main]") || document.body;
    for (const type of ["dragenter", "dragover", "drop"])
        target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
}"""
