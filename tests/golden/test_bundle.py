"""The committed bundle is what our loaders make of the source files, byte by byte."""

import time
from pathlib import Path

import pytest

from nhs_graph.cli import bundle_page
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders import build, census, land, outlines, reference
from nhs_graph.loaders import bundle as shipped
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.loading import load_bundle

ROOT = Path(__file__).parent.parent.parent
BUNDLE, REFERENCE = Path(shipped.__path__[0]), Path(reference.__path__[0])


@pytest.mark.shared
def test_a_build_gives_the_committed_files(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    assert build.main([str(shared), str(tmp_path)]) == 0
    assert time.monotonic() - started < 90
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in BUNDLE.glob("*.csv")}
    assert [name for name in sorted(built.keys() | committed.keys()) if built.get(name) != committed.get(name)] == []
    told = capsys.readouterr().out.splitlines()
    files = [line for line in told if " rows read, " in line]
    assert len(files) > 40
    for line in files:
        read, used, left_out = (int(words.split()[0]) for words in line.partition(": ")[2].split(", "))
        assert read == used + left_out, line
    # Every file that makes no fact is named with its reason.
    assert len([line for line in told if line.startswith("not used: ")]) > 40
    assert [line for line in told if line.endswith(": no reason is known")] == []


@pytest.mark.shared
def test_what_lookup_files_need_is_packaged_from_the_same_sources(shared: Path, tmp_path: Path) -> None:
    census.write(shared, tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (REFERENCE / path.name).read_bytes()
        assert path.stat().st_size < 1_000_000


@pytest.mark.shared
def test_outlines_are_packaged_from_the_published_polygons(shared: Path, tmp_path: Path) -> None:
    outlines.write(shared, tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in REFERENCE.glob("outlines-*.json")}
    assert sum(len(content) for content in built.values()) < 500_000


@pytest.mark.shared
def test_the_land_of_councils_and_systems_is_packaged_as_published(shared: Path, tmp_path: Path) -> None:
    land.write(shared, tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert built == {path.name: path.read_bytes() for path in REFERENCE.glob("land-*.json.gz")}
    assert sum(len(content) for content in built.values()) < 300_000


def test_the_bundle_is_small() -> None:
    assert sum(path.stat().st_size for path in BUNDLE.iterdir() if path.suffix == ".csv") < 6_000_000


def test_the_page_about_the_bundle_is_current(bundle_store: Store) -> None:
    written = (ROOT / "docs" / "whats-in-the-bundle.md").read_text(encoding="utf-8")
    assert bundle_page.page(read_bundle(), bundle_store) == written, "make docs writes it anew"


def test_the_bundle_loads_in_three_seconds(tmp_path: Path) -> None:
    store = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    started = time.process_time()
    load_bundle(store)
    assert time.process_time() - started < 3
    store.close()
