"""Zip files as releases come, and those that no release is."""

import io
import zipfile
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.loaders import archives


def packed(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()


def contents(path: Path) -> dict[str, bytes]:
    found = archives.members(path, lambda name: name.endswith(".xml"))
    return {name.removeprefix(f"{path.parent}/"): stream.read() for name, stream in found}


def test_files_in_zip_files_in_zip_files_are_found(tmp_path: Path) -> None:
    path = tmp_path / "release.zip"
    path.write_bytes(packed(full_zip=packed(a_xml=b"<a/>", a_pdf=b"%PDF"), archive_zip=packed(b_xml=b"<b/>")))
    assert contents(path) == {"release.zip/archive.zip/b.xml": b"<b/>", "release.zip/full.zip/a.xml": b"<a/>"}


def test_a_plain_file_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(b"<a/>")
    assert contents(path) == {"a.xml": b"<a/>"}


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(packed(a_xml=b"\0" * (archives.SMALL + 1)))
    with pytest.raises(SourceProblem, match="more than 100 times its size"):
        contents(path)


def test_zip_files_nested_too_deep_are_refused(tmp_path: Path) -> None:
    inner = packed(a_xml=b"<a/>")
    for _ in range(archives.DEPTH):
        inner = packed(a_zip=inner)
    path = tmp_path / "deep.zip"
    path.write_bytes(inner)
    with pytest.raises(SourceProblem, match="zip file in a zip file"):
        contents(path)


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_zip_file_that_ends_too_early_is_refused(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(packed(a_xml=bytes(range(256)) * 8)[:-cut])
    with pytest.raises(SourceProblem, match="cannot be unpacked"):
        contents(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="No such file"):
        contents(tmp_path / "none.zip")
