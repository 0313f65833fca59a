"""What one LSOA lookup needs besides: the people of each LSOA and the councils in which it lies, packaged by census.

`loaders/reference/lsoa11.zip` and `lsoa21.zip` are written by `make bundle` from the same exact lookups as the bundle,
so that a user's lookup file alone can be loaded. Each holds `index.json`, the codes of the LSOAs (`lsoas.txt`), and
columns of one number an LSOA, two bytes each, the low one first: people, and the place of the council in the index.
A column that two years share is held once, and only the columns of the year that is asked for are unpacked.
"""

import json
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.lsoa_join import Chain, Lookups
from nhs_graph.loaders.lsoa_lookups import Vintage, vintages_of

_INDEX, _LSOAS = "index.json", "lsoas.txt"


@dataclass(frozen=True)
class Councils:
    """The lower tier council and the people of each LSOA in a year, and where that is from."""

    year: int
    base: str
    places: Mapping[str, int]
    """The place of each LSOA in the two columns."""
    lower: Sequence[str]
    people: Sequence[int]
    upper: Chain
    """The council of the upper tier in which one of the lower tier lies: itself, but for districts."""
    source_ids: tuple[str, ...]


def write(root: Path, folder: Path) -> None:
    """Package what the vintages of the bundle know of councils and people: the same files give the same bytes."""
    spec = next(spec for spec in specs() if spec.loader == "lsoa_lookups")
    report = Report()
    vintages = zip(vintages_of(Lookups(spec, Data(root, report), report)), spec.settings["vintage"], strict=True)
    named = [(vintage, _sources(table)) for vintage, table in vintages if "upper" in vintage.areas]
    for census in sorted({vintage.census for vintage, _ in named}):
        mine = [(vintage, sources) for vintage, sources in named if vintage.census == census]
        with zipfile.ZipFile(folder / _file(census), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for name, content in _members(mine).items():
                packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


def _file(census: str) -> str:
    return f"lsoa{census[-2:]}.zip"


def _sources(table: dict[str, Any]) -> list[str]:
    """The files of a vintage's spec that tell its councils and its people."""
    steps = [step[0] for tier in ("lower", "upper") for step in table["areas"][tier] if len(step) > 1]
    return sorted({table["population"], *steps})


def _members(vintages: list[tuple[Vintage, list[str]]]) -> dict[str, bytes]:
    """The files of a package by name."""
    lsoas = sorted(vintages[0][0].people)
    councils = sorted({code for vintage, _ in vintages for code in vintage.areas["lower"].values()})
    place = {code: number for number, code in enumerate(councils)}
    columns: dict[bytes, str] = {}
    years: list[dict[str, object]] = []
    for vintage, sources in vintages:
        lower, upper = vintage.areas["lower"], vintage.areas["upper"]
        people = _column(vintage.people[lsoa] for lsoa in lsoas)
        council = _column(place[lower[lsoa]] for lsoa in lsoas)
        years.append(
            {
                "year": vintage.start.year,
                "base": vintage.base,
                "sources": sources,
                "people": columns.setdefault(people, f"people-{vintage.start.year}"),
                "council": columns.setdefault(council, f"council-{vintage.start.year}"),
                "upper": {lower[lsoa]: upper[lsoa] for lsoa in lsoas if lower[lsoa] != upper[lsoa]},
            }
        )
    index = json.dumps({"councils": councils, "years": years}, sort_keys=True)
    return {
        _INDEX: index.encode(),
        _LSOAS: "\n".join(lsoas).encode(),
        **{name: column for column, name in columns.items()},
    }


def _column(numbers: Iterable[int]) -> bytes:
    told = list(numbers)
    return struct.pack(f"<{len(told)}H", *told)


@cache
def of_year(census: str, year: int) -> Councils:
    """The councils of a year: those of the newest packaged year up to it, else of the earliest one.

    Council areas did not change between 2015 and the next packaged year, 2017 (ONS lookups of both years are equal
    LSOA by LSOA).
    """
    with (
        resources.files("nhs_graph.loaders.reference").joinpath(_file(census)).open("rb") as file,
        zipfile.ZipFile(file) as packed,
    ):
        index = json.loads(packed.read(_INDEX))
        known = index["years"]
        told = next((one for one in reversed(known) if one["year"] <= year), known[0])
        lsoas = packed.read(_LSOAS).decode().split()

        def column(name: str) -> tuple[int, ...]:
            return cast("tuple[int, ...]", struct.unpack(f"<{len(lsoas)}H", packed.read(told[name])))

        return Councils(
            year=told["year"],
            base=told["base"],
            places=dict(zip(lsoas, range(len(lsoas)), strict=True)),
            lower=tuple(map(index["councils"].__getitem__, column("council"))),
            people=column("people"),
            upper=told["upper"],
            source_ids=tuple(told["sources"]),
        )
