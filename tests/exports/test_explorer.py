"""The one-file explorer, opened from the disk in Chromium as anybody would, without a network."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from nhs_graph.graph.facts import Source
from nhs_graph.graph.schema import SHAPES
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.explorer import explorer_data, explorer_page
from tests.exports import hostile
from tests.exports.chromium import browser, serious

Open = Callable[..., Page]
# Playwright's own event loop is closed by its process, not by ours.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page_file(bundle_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("explorer") / "nhs.html"
    file.write_text(explorer_page(bundle_store), encoding="utf-8")
    return file


@pytest.fixture
def opened(chromium: Browser, page_file: Path) -> Iterator[Open]:
    """Opens the page at an address; at the end nothing was requested and nothing went wrong."""
    requests: list[str] = []
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(where: str = "", *, width: int = 1200, dark: bool = False, file: Path = page_file) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{file.as_uri()}{where}")
        return page

    yield open_page
    assert not [url for url in requests if not url.startswith("file:")]
    assert problems == []
    for context in contexts:
        context.close()


def test_a_former_name_finds_the_trust_by_keyboard_alone(opened: Open) -> None:
    page = opened("#@2020-01-01")
    page.focus("input[type=search]")
    page.keyboard.type("Aintree")
    assert "REM" in page.inner_text("[role=option] >> nth=0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.url.endswith("#REM@2020-01-01")
    assert page.inner_text("h2") == "Liverpool University Hospitals NHS Foundation Trust"


def test_the_day_changes_name_and_lineage(opened: Open) -> None:
    # ODS: the code REM was Aintree's; RQ6 came into it on 2019-10-01.
    page = opened("#REM@2018-06-01")
    assert page.inner_text("h2") == "Aintree University Hospital NHS Foundation Trust"
    assert "RQ6" not in page.inner_text("main")
    page.fill("input[type=date]", "2020-01-01")
    page.dispatch_event("input[type=date]", "change")
    told = page.inner_text("#lineage")
    assert "RQ6 Royal Liverpool and Broadgreen" in told
    assert "REM Aintree University Hospital" in told
    assert page.url.endswith("#REM@2020-01-01")
    assert page.title().endswith("on 2020-01-01")


def test_the_slider_changes_everything_by_keyboard(opened: Open) -> None:
    page = opened("#REM@2019-10-01")
    page.focus("input[type=range]")
    assert "Liverpool" in page.inner_text("h2")
    page.keyboard.press("ArrowLeft")
    assert page.url.endswith("#REM@2019-09-30")
    assert "Aintree" in page.inner_text("h2")
    assert page.input_value("input[type=date]") == "2019-09-30"
    assert page.get_attribute("input[type=range]", "aria-valuetext") == "2019-09-30"


def test_cumbria_shows_two_systems_with_their_shares(opened: Open) -> None:
    # ONS lookup of April 2021 and mid-2020 people: North Cumbria to QHM, the south to QE1 (data guide, QUESTIONS).
    page = opened("#la:CMA@2021-04-01")
    rows = page.locator("#shares tbody tr").all_inner_texts()
    assert len(rows) == 2
    shares = [float(re.findall(r"([\d.]+)%", row)[0]) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=0.11)
    assert "Lancashire and South Cumbria" in rows[1]


def test_split_councils_are_those_of_the_command(opened: Open) -> None:
    page = opened("#split@2021-04-01")
    assert page.locator("tbody tr").count() == 14  # tests/golden: fourteen split upper-tier councils
    page.click("text=Essex County Council")
    page.wait_for_selector("h2:has-text('Essex')")


def test_the_network_opens_and_closes(opened: Open) -> None:
    page = opened("#QHG@2023-01-01")
    button = page.locator("ul.net button").first
    before = page.locator("ul.net li").count()
    button.click()
    assert button.get_attribute("aria-expanded") == "true"
    assert page.locator("ul.net li").count() > before
    button.click()
    assert page.locator("ul.net li").count() == before


def test_sources_of_every_fact_are_listed_and_lead_to_their_page(opened: Open) -> None:
    page = opened("#QHG@2023-01-01")
    numbers = {int(text) for text in page.locator("small a[data-source]").all_text_contents()}
    listed = page.locator("ol li").count()
    assert numbers <= set(range(1, listed + 1))
    page.locator("small a[data-source]").first.click()
    assert page.evaluate("document.activeElement.id") == "source-1"


@pytest.mark.parametrize("where", ["", "#REM@2020-01-01", "#la:CMA@2021-04-01", "#QHG@2023-01-01", "#split@2021-04-01"])
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (390, True)], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(opened: Open, where: str, width: int, dark: bool) -> None:
    page = opened(where, width=width, dark=dark)
    assert serious(page) == []


def test_a_phone_scrolls_down_only(opened: Open) -> None:
    page = opened("#REM@2020-01-01", width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_first_paint_and_size(opened: Open, page_file: Path) -> None:
    assert page_file.stat().st_size < 6_000_000
    page = opened("#REM@2020-01-01")
    page.wait_for_selector("h2")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    print(f"\nfirst paint after {painted:.0f} ms (budget 2000 ms)")
    assert painted < 2000


def test_hostile_texts_stay_texts(chromium: Browser, opened: Open, hostile_store: Store, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(explorer_page(hostile_store), encoding="utf-8")
    for number, text in enumerate(hostile.TEXTS):
        page = opened(f"#H{number}@2020-06-01", file=file)
        page.on("dialog", lambda dialog: pytest.fail(f"ran: {dialog.message}"))
        assert page.evaluate("document.querySelector('h2').textContent") == text
        assert page.locator("main script, main img").count() == 0
        assert page.locator("script").count() == 2


def test_an_address_of_nothing_says_so(opened: Open) -> None:
    assert "No organisation has the code" in opened("#%ZZ<b>@2020-01-01").inner_text("main")


def test_new_fields_come_along(bundle_store: Store) -> None:
    data = explorer_data(bundle_store)
    for shape in SHAPES:
        if shape.table in data["tables"]:
            assert data["tables"][shape.table]["columns"] == list(shape.fields)
    assert len(data["attribution"]) == len(list(bundle_store.facts(Selection(Source))))
