"""What one LSOA lookup needs besides: the people of each LSOA and the councils in which it lies, packaged by census.

`loaders/reference/lsoa11.csv.gz` and `lsoa21.csv.gz` are written by `make bundle` from the same exact lookups as the
bundle, so that a user's lookup file alone can be loaded.
"""

import csv
import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.lsoa_join import Chain, Lookups
from nhs_graph.loaders.lsoa_lookups import Vintage, vintages_of


@dataclass(frozen=True)
class Councils:
    """The councils of a year: LSOA to lower and upper tier, the people of each LSOA, and where all that is from."""

    year: int
    base: str
    people: dict[str, int]
    lower: Chain
    upper: Chain
    source_ids: tuple[str, ...]


def write(root: Path, folder: Path) -> None:
    """Package what the vintages of the bundle know of councils and people: the same files give the same bytes."""
    spec = next(spec for spec in specs() if spec.loader == "lsoa_lookups")
    report = Report()
    vintages = zip(vintages_of(Lookups(spec, Data(root, report), report)), spec.settings["vintage"], strict=True)
    named = [(vintage, _sources(table)) for vintage, table in vintages if "upper" in vintage.areas]
    for census in sorted({vintage.census for vintage, _ in named}):
        content = io.StringIO()
        mine = [(vintage, sources) for vintage, sources in named if vintage.census == census]
        csv.writer(content, lineterminator="\n").writerows(_rows(mine))
        compressed = gzip.compress(content.getvalue().encode(), compresslevel=9, mtime=0)
        (folder / _file(census)).write_bytes(compressed)


def _file(census: str) -> str:
    return f"lsoa{census[-2:]}.csv.gz"


def _sources(table: dict[str, Any]) -> list[str]:
    """The files of a vintage's spec that tell its councils and its people."""
    steps = [step[0] for tier in ("lower", "upper") for step in table["areas"][tier] if len(step) > 1]
    return sorted({table["population"], *steps})


def _rows(vintages: list[tuple[Vintage, list[str]]]) -> Iterable[list[object]]:
    """A header of three cells a vintage, `YEAR|BASE|SOURCE;SOURCE`, `lower`, `upper`; then a row an LSOA."""
    heads = ([f"{v.start.year}|{v.base}|{';'.join(sources)}", "lower", "upper"] for v, sources in vintages)
    yield ["lsoa", *(head for three in heads for head in three)]
    columns = [(v.people, v.areas["lower"], v.areas["upper"]) for v, _ in vintages]
    for lsoa in sorted(vintages[0][0].people):
        yield [lsoa, *(column[lsoa] for three in columns for column in three)]


@cache
def read(census: str) -> tuple[Councils, ...]:
    """The councils of every packaged year of a census (`2011` or `2021`), in order of time."""
    packed = resources.files("nhs_graph.loaders.reference").joinpath(_file(census)).read_bytes()
    header, *rows = csv.reader(io.StringIO(gzip.decompress(packed).decode(), newline=""))
    lsoas, *columns = zip(*rows, strict=True)
    found: list[Councils] = []
    for place in range(0, len(columns), 3):
        year, base, sources = header[place + 1].split("|")
        people, lower, upper = columns[place : place + 3]
        found.append(
            Councils(
                year=int(year),
                base=base,
                people=dict(zip(lsoas, map(int, people), strict=True)),
                lower=dict(zip(lsoas, lower, strict=True)),
                upper=dict(zip(lsoas, upper, strict=True)),
                source_ids=tuple(sources.split(";")),
            )
        )
    return tuple(found)


def of_year(census: str, year: int) -> Councils:
    """The councils of a year: those of the newest packaged year up to it, else of the earliest one.

    Council areas did not change between 2015 and the earliest packaged year, 2017 (ONS lookups of both years are equal
    LSOA by LSOA).
    """
    known = read(census)
    return next((councils for councils in reversed(known) if councils.year <= year), known[0])
