"""The explorer's pictures, people, maps and addresses, in Chromium; what they say is what the questions answer."""

import itertools
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from nhs_graph.graph import facts as f
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders.outlines import atlas
from nhs_graph.queries import boundaries, lineage
from nhs_graph.queries.explorer import explorer_page
from tests.exports import hostile
from tests.exports.chromium import Open

# Playwright's own event loop is closed by its process, not by ours.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

PLACES = """() => {
    const boxes = [...document.querySelectorAll("#net .box[data-key]")].map(box => [box.dataset.key,
        box.getBoundingClientRect().x, box.getBoundingClientRect().y]);
    const [, x, y] = boxes[0];
    return Object.fromEntries(boxes.map(box => [box[0], [box[1] - x, box[2] - y]]));
}"""
"""Where each box of the network stands, in pixels from the one in the middle."""


def _codes(page: Page, selector: str) -> set[str | None]:
    return {element.get_attribute("data-gss") for element in page.locator(selector).all()}


def test_a_box_opens_by_keyboard_and_nothing_else_moves(opened: Open) -> None:
    page = opened("#QHG@2023-01-01")
    page.focus("[data-open=Y61]")
    before = page.evaluate(PLACES)
    page.keyboard.press("Enter")
    after = page.evaluate(PLACES)
    assert len(after) > len(before)
    assert {key: after[key] for key in before} == before
    assert len({tuple(place) for place in after.values()}) == len(after)
    assert page.evaluate("document.activeElement.dataset.open") == "Y61"
    assert page.get_attribute("[data-open=Y61]", "aria-expanded") == "true"
    assert page.url.endswith("#QHG@2023-01-01&open=Y61")
    assert opened("#QHG@2023-01-01&open=Y61").evaluate(PLACES) == after
    page.keyboard.press("Space")
    assert page.evaluate(PLACES) == before
    assert page.url.endswith("#QHG@2023-01-01")


def test_the_network_reads_as_lists_with_their_relations(opened: Open) -> None:
    page = opened("#la:CMA@2021-04-01")
    systems = page.locator("#net ul[aria-label='health systems on its land'] > li").all_inner_texts()
    assert len(systems) == 2
    assert "QHM · 64.0% of the council" in systems[0]
    assert page.locator("#part-network svg[aria-hidden=true]").count() == 1


def test_everything_that_a_network_can_open_has_its_own_place(opened: Open) -> None:
    page = opened("#QYG@2023-01-01")
    for _ in range(6):
        page.locator("#net [aria-expanded=false]").first.click()
    places = page.evaluate(PLACES)
    tops: dict[float, list[float]] = {}
    for x, y in places.values():
        tops.setdefault(x, []).append(y)
    height = page.evaluate("document.querySelector('#net .box').offsetHeight")
    for column in tops.values():
        ordered = sorted(column)
        assert all(b - a >= height for a, b in itertools.pairwise(ordered))


def test_a_lineage_opens_to_all_generations(opened: Open, bundle_store: Store) -> None:
    # The board of Surrey and Sussex of 2026, back to the primary care trusts of 2006: four generations.
    page = opened("#S9B9J@2026-11-01")
    few = page.locator("#lineage > li").count()
    page.click("#deeper")
    assert page.locator("#lineage > li").count() > few
    assert "lineage=all" in page.url
    shown = {text.split()[0] for text in page.locator("#lineage > li > a").all_inner_texts()}
    params = lineage.LineageParams(organisation_id="S9B9J", as_of=date(2026, 11, 1))
    rows = lineage.SHOW.run(bundle_store, params)
    assert shown == {row.predecessor_id for row in rows} | {row.successor_id for row in rows}
    page.click("#deeper")
    assert page.locator("#lineage > li").count() == few


@pytest.mark.parametrize(
    ("where", "day", "tier"),
    [("split", "2021-04-01", "upper"), ("split", "2026-11-01", "upper"), ("split/lower", "2022-07-01", "lower")],
)
def test_list_and_map_of_split_councils_are_those_of_the_question(
    opened: Open, bundle_store: Store, where: str, day: str, tier: str
) -> None:
    page = opened(f"#{where}@{day}")
    params = boundaries.CouncilParams.model_validate({"as_of": day, "council": tier})
    rows = boundaries.COUNCILS.run(bundle_store, params)
    assert _codes(page, "tbody tr") == {row.council_gss for row in rows} == _codes(page, "svg.map path.split")
    dotted = page.locator("svg.map path.split[fill*=dots]").count()
    assert dotted == sum(row.systems_above_floor < 2 for row in rows)
    assert f"{len(rows) - dotted} of them" in page.inner_text("p.lead")
    assert rows[0].vintage in page.inner_text("p.lead")


def test_a_day_without_outlines_has_a_list_and_no_map(opened: Open) -> None:
    page = opened("#split@2019-06-01")
    assert page.locator("tbody tr").count() > 0
    assert page.locator("svg.map").count() == 0
    assert "no map of this day: outlines of upper-tier councils are known from 2020-04-01 on" in page.inner_text("main")


def test_a_day_without_any_lookup_names_the_nearest(opened: Open) -> None:
    page = opened("#split@2015-06-01")
    assert "No map and no lookup covers 2015-06-01" in page.inner_text("main")
    page.click("main a:has-text('2017-04-01')")
    assert page.locator("tbody tr").count() > 0


def test_a_map_comes_nearer_and_goes_back(opened: Open) -> None:
    page = opened("#split@2021-04-01")
    england = page.get_attribute("svg.map", "viewBox")
    page.click("tr[data-gss=E10000006] button")
    near = page.get_attribute("svg.map", "viewBox")
    assert near is not None
    assert england is not None
    assert float(near.split()[2]) < float(england.split()[2]) / 2
    assert page.locator("path.marked").get_attribute("data-gss") == "E10000006"
    page.focus("svg.map a:has(path.split[data-gss=E10000006])")
    page.keyboard.press("ArrowLeft")
    assert page.get_attribute("svg.map", "viewBox") != near
    page.click(".zoom button >> nth=2")
    assert page.get_attribute("svg.map", "viewBox") == england


def test_a_leader_leads_to_their_posts_over_time(opened: Open) -> None:
    # HSJ 7024110: one accountable officer for eight commissioning groups of Sussex, from January 2019.
    page = opened("#09D@2019-02-01")
    page.click("#part-leaders a:has-text('Adam Doyle')")
    assert page.url.endswith("#person/adam-doyle@2019-02-01")
    assert page.inner_text("h2") == "Adam Doyle"
    assert page.locator("#part-posts tr.now").count() == 8
    assert page.locator("#part-posts .sure").all_inner_texts() == ["inferred"] * 8
    assert page.locator("#part-posts tr:has-text('Kent and Medway') .sure").count() == 0
    assert "HSJ 7024110" in page.inner_text("#part-sources")


def test_a_person_is_found_by_name(opened: Open) -> None:
    page = opened("#@2021-04-01")
    page.focus("input[type=search]")
    page.keyboard.type("adam doy")
    page.keyboard.press("Enter")
    assert page.url.endswith("#person/adam-doyle@2021-04-01")


def test_back_and_forward_lead_through_the_views(opened: Open) -> None:
    page = opened("#REM@2018-06-01")
    page.click("#split")
    page.wait_for_selector("svg.map, main a")
    page.click("#home")
    page.wait_for_selector(".cards")
    page.go_back()
    assert "health system" in page.inner_text("h2")
    page.go_back()
    assert page.inner_text("h2") == "Aintree University Hospital NHS Foundation Trust"
    page.go_forward()
    assert "health system" in page.inner_text("h2")


def test_the_buttons_lead_to_the_next_change(opened: Open) -> None:
    page = opened("#REM@2019-06-01")
    page.click("#later")
    assert page.url.endswith("#REM@2019-10-01")  # the day of the acquisition and of the new name


@pytest.fixture(scope="module")
def hostile_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of hostile texts, also where a map and a network show them."""
    folder = tmp_path_factory.mktemp("hostile-page")
    store = open_store(f"sqlite:{folder / 'nhs.db'}", read_only=False)
    said, day = (hostile.SOURCE.id,), date(2020, 4, 1)
    found = hostile.facts()
    for number, gss in enumerate(["E10000006", "E54000008", "E54000009"]):
        text, body = hostile.TEXTS[number % 2], f"H{number}"
        found.append(f.Area(gss=gss, kind="system" if number else "county", name=text, source_ids=said))
        found.append(f.Coverage(organisation_id=body, gss=gss, source_ids=said))
        if number:
            share = {"people_share_of_left": 0.5, "people_share_of_right": 0.5}
            share |= {"lsoas_share_of_left": 0.5, "lsoas_share_of_right": 0.5}
            found.append(
                f.Overlap.model_validate(
                    {"left_gss": "E10000006", "right_gss": gss, "lsoas": 1, "people": 2, "population_base": text}
                    | {"vintage": text, "basis": "official", "source_ids": said, **share}
                )
            )
            found.append(f.Relation(subject_id="H0", type="PART_OF", object_id=body, source_ids=said))
            found.append(
                f.Succession(
                    predecessor_id=body,
                    successor_id="H0",
                    effective_date=day,
                    event_id=f"event {text}",
                    source_ids=said,
                )
            )
    store.replace(found, {"release": hostile.TEXTS[0]})
    file = folder / "hostile.html"
    file.write_text(explorer_page(store, atlas()), encoding="utf-8")
    store.close()
    return file


def test_hostile_texts_stay_texts_in_every_view(opened: Open, hostile_page: Path) -> None:
    page = opened("", file=hostile_page)
    views = [f"H{number}" for number in range(len(hostile.TEXTS))]
    views += [f"person/person-{number}" for number in range(len(hostile.TEXTS))]
    for number, view in enumerate(views):
        page.goto(f"{hostile_page.as_uri()}#{view}@2020-06-01")
        text = hostile.TEXTS[number % len(hostile.TEXTS)]
        assert page.evaluate("document.querySelector('h2').textContent") == text
        assert page.locator("main script, main img").count() == 0
        assert page.locator("script").count() == 2
    page.goto(f"{hostile_page.as_uri()}#split@2020-06-01")
    tip = page.evaluate("document.querySelector('svg.map path.split title').textContent")
    assert tip.startswith(hostile.TEXTS[0])
    assert hostile.TEXTS[1] in tip
    page.focus("input[type=search]")
    page.keyboard.type("script")
    assert page.locator("#found img, #found script").count() == 0
