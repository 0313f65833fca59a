"""The table of vintages in docs/whats-in-the-bundle.md, worked out again from the source files by plain csv.

Nothing of the program is used: each vintage is built here from the publisher's lookups as the data guide says (sections
3 and 11), LSOA by LSOA, and compared with the page cell by cell.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "whats-in-the-bundle.md"
Map = dict[str, str]


class Files:
    """The source files as maps from one column to another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def map(self, path: str, start: str, end: str) -> Map:
        with (self._folder / path).open(encoding="utf-8-sig", newline="") as handle:
            return {row[start]: row[end] for row in csv.DictReader(handle) if row[start] and row[end]}

    def lsoas(self, path: str, start: str, end: str) -> Map:
        return {lsoa: area for lsoa, area in self.map(f"ons/lookups_lsoa/{path}", start, end).items() if lsoa[0] == "E"}

    def admin(self, path: str, start: str, end: str) -> Map:
        return self.map(f"ons/lookups_admin/{path}", start, end)

    def people(self, path: str, column: str) -> dict[str, int]:
        return {lsoa: int(number) for lsoa, number in self.map(f"ons/population/{path}", column, "population").items()}


def then(first: Map, second: Map) -> Map:
    """One map after the other; every code must go on."""
    return {lsoa: second[area] for lsoa, area in first.items()}


def lower_of(files: Files, name: str) -> Map:
    """LSOA to lower-tier council (data guide, section 5)."""
    if "ICB23" in name or "ICB24" in name or "ICB26" in name:
        exact = files.lsoas("lookup_lsoa11_lsoa21_ltla22.csv", "lsoa21_code", "ltla22_code")
        lower = then(exact, files.admin("lookup_ltla22_ltla23.csv", "ltla22_code", "ltla23_code"))
        recoded = {"E08000016": "E08000038", "E08000019": "E08000039"} if "LAD25" in name else {}  # ruling 2
        return {lsoa: recoded.get(area, area) for lsoa, area in lower.items()}
    if "ICB22" in name:
        return files.lsoas("lookup_lsoa11_sicbl22_icb22_ltla22.csv", "lsoa11_code", "ltla22_code")
    if "STP21" in name:
        return files.lsoas("lookup_lsoa11_ccg21_stp21_ltla21.csv", "lsoa11_code", "ltla21_code")
    year = name[3:5].replace("18", "17")
    with_stp = "_STP17" if year == "17" else ""
    return files.lsoas(f"LSOA11_CCG{year}{with_stp}_LAD{year}_EN_LU.csv", "LSOA11CD", f"LAD{year}CD")


def health_of(files: Files, name: str) -> dict[str, Map]:
    """LSOA to system and to commissioning group."""
    if name.startswith("ICB26"):
        path = "ons/derived/LSOA21_ICB24_ICB26_derived.csv"
        return {"system": files.map(path, "lsoa21_code", "icb26_code")}
    if name.startswith(("ICB23", "ICB24")):
        levels = {"system": "icb24_code", "ccg": "sicbl24_code"}
        return {
            level: files.lsoas("lookup_lsoa21_icb24.csv", "lsoa21_code", column) for level, column in levels.items()
        }
    if name.startswith("ICB22"):
        path, levels = "lookup_lsoa11_sicbl22_icb22_ltla22.csv", {"system": "icb22_code", "ccg": "sicbl22_code"}
        return {level: files.lsoas(path, "lsoa11_code", column) for level, column in levels.items()}
    if name.startswith("STP21"):
        path, levels = "lookup_lsoa11_ccg21_stp21_ltla21.csv", {"system": "stp21_code", "ccg": "ccg21_code"}
        return {level: files.lsoas(path, "lsoa11_code", column) for level, column in levels.items()}
    if name.startswith("CCG15"):
        return {"ccg": files.lsoas("LSOA11_CCG15_LAD15_EN_LU.csv", "LSOA11CD", "CCG15CD")}
    if name.startswith("STP18"):
        return _of_2018(files)
    year = name[3:5]
    with_stp = "_STP17" if year == "17" else ""
    groups = files.lsoas(f"LSOA11_CCG{year}{with_stp}_LAD{year}_EN_LU.csv", "LSOA11CD", f"CCG{year}CD")
    systems = files.admin(f"CCG{year}_STP{year}_EN_LU.csv", f"CCG{year}CD", f"STP{year}CD")
    return {"ccg": groups, "system": then(groups, systems)}


def _of_2018(files: Files) -> dict[str, Map]:
    """Ruling 4: the groups of 2017, those that had merged by the lookup of 2019, and the 11 LSOAs that went to 02M."""
    before = files.lsoas("LSOA11_CCG17_STP17_LAD17_EN_LU.csv", "LSOA11CD", "CCG17CDH")
    after = files.lsoas("LSOA11_CCG19_LAD19_EN_LU.csv", "LSOA11CD", "CCG19CDH")
    gss = files.admin("CCG18_STP18_EN_LU.csv", "CCG18CDH", "CCG18CD")
    told = {lsoa: code if code in gss and after[lsoa] != "02M" else after[lsoa] for lsoa, code in before.items()}
    systems = files.admin("CCG18_STP18_EN_LU.csv", "CCG18CDH", "STP18CD")
    return {"ccg": then(told, gss), "system": then(told, systems)}


def upper_of(files: Files, name: str, lower: Map) -> Map:
    """LSOA to upper-tier council: 2017 and 2015 by the file of 2018 (trap 18)."""
    year = name[-2:]
    if year in {"15", "17", "18"}:
        tiers = files.admin("LTLA18_UTLA18_EW_LU.csv", "LTLA18CD", "UTLA18CD")
    elif year in {"23", "25"}:
        tiers = files.admin("lookup_ltla23_utla23.csv", "ltla23_code", "utla23_code")
        tiers |= {"E08000038": "E08000038", "E08000039": "E08000039"}
    else:
        year = year.replace("22", "21")
        tiers = files.admin(f"lookup_ltla{year}_utla{year}.csv", f"ltla{year}_code", f"utla{year}_code")
    return then(lower, tiers)


def combined_of(files: Files, name: str, lower: Map) -> Map:
    """LSOA to combined authority, where it lies in one (ruling 7)."""
    year = name[-2:]
    if year in {"19", "20", "21", "23"}:
        members = files.admin(f"lookup_ltla{year}_cauth{year}.csv", f"ltla{year}_code", f"cauth{year}_code")
        return {lsoa: members[area] for lsoa, area in lower.items() if area in members}
    register = files.map("ons/codes/mysociety/uk_local_authorities_future.csv", "gss-code", "combined-authority")
    upper = then(lower, files.admin("lookup_ltla23_utla23.csv", "ltla23_code", "utla23_code"))
    not_yet = {"GLA", *(("HYCA", "GLCA") if year == "24" else ())}
    told = {lsoa: register[area] for lsoa, area in upper.items() if register.get(area, "GLA") not in not_yet}
    return {lsoa: "North East" if code in {"NECA", "NTCA"} else code for lsoa, code in told.items()}


def people_of(files: Files, name: str) -> dict[str, int]:
    """Data guide, section 5: people as weights."""
    if name.startswith(("ICB23", "ICB24", "ICB26")):
        return files.people("LSOA21_usual_residents_census2021.csv", "LSOA21CD")
    year = {"15": "2017", "17": "2017", "18": "2017", "19": "2019"}.get(name[3:5], "2020")
    return files.people(f"LSOA11_population_mid{year}.csv", "LSOA11CD")


def counted(councils: Map, health: Map, people: dict[str, int]) -> list[int]:
    """Councils, pairs, split councils, health areas; not coterminous strictly, above 2% and above 10,000 people."""
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for lsoa, council in councils.items():
        parts[council][health[lsoa]] += people[lsoa]
    split = {council: mine for council, mine in parts.items() if len(mine) > 1}

    def crossing(counts: Callable[[int, int], bool]) -> int:
        told: set[str] = set()
        for mine in split.values():
            real = [area for area, number in mine.items() if counts(number, mine.total())]
            told |= set(real) if len(real) > 1 else set()
        return len(told)

    return [
        len(parts),
        sum(len(mine) for mine in parts.values()),
        len(split),
        len({area for mine in parts.values() for area in mine}),
        crossing(lambda number, _: number > 0),
        crossing(lambda number, total: number >= 0.02 * total),
        crossing(lambda number, _: number >= 10_000),
    ]


def rows_of(heading: str) -> dict[tuple[str, str], list[int]]:
    """The numbers of a table of the page, by vintage and tier."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("| vintage |") and heading in line)
    told: dict[tuple[str, str], list[int]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        told[cells[0], cells[5]] = [int(cell) for cell in cells[6:]]
    return told


@pytest.mark.shared
def test_every_vintage_counts_to_the_same_from_the_source_files(shared: Path) -> None:
    files = Files(shared)
    systems, groups = rows_of("not coterminous"), rows_of("groups")
    assert len(systems) > 20
    assert {name for name, _ in systems} >= {
        *("STP17 x LAD17", "STP18 x LAD18", "STP19 x LAD19", "STP20 x LAD20", "STP21 x LAD21", "ICB22 x LAD22"),
        *("ICB23 x LAD23", "ICB24 x LAD25", "ICB26 x LAD25"),
    }
    for name in sorted({name for name, _ in [*systems, *groups]}):
        lower, health, people = lower_of(files, name), health_of(files, name), people_of(files, name)
        if "CAUTH" in name:
            tiers = {"combined": combined_of(files, name, lower)}
        else:
            tiers = {"upper": upper_of(files, name, lower), "lower": lower}
        for tier, councils in tiers.items():
            if "system" in health:
                assert counted(councils, health["system"], people) == systems[name, tier], (name, tier)
            if "ccg" in health:
                assert counted(councils, health["ccg"], people)[:4] == groups[name, tier], (name, tier)
