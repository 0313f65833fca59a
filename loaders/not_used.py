"""Files of the data folder that make no fact, and why: so that the build report speaks of every file."""

from collections.abc import Collection, Iterator
from fnmatch import fnmatch
from pathlib import Path

_SAME = "says again what a file that is used says"
_PICTURE = "land as polygons, hexagons or points: LSOAs tell which areas share land"
_SAMPLE = "an example of a format, for the reader of the full register"
_SHARES = "a third party's shares or catchments: they stay out of the bundle"
_REASONS: tuple[tuple[str, str], ...] = (
    ("*README.md", "about the files"),
    ("*MANIFEST.tsv", "about the files"),
    ("ons/docs/*", "where statements were published: reading matter"),
    ("ods/csv/spec_*.pdf", "the publisher's description of a format"),
    ("ods/api/*", _SAMPLE),
    ("ods/xml/*", _SAMPLE),
    ("ods/codes/*", "names of role and relationship codes: the kinds of the graph are in graph/kinds.py"),
    ("ods/csv/epraccur_*.csv", "practices and prescribing centres: only with the full register"),
    ("ods/lists2026/*.json", _SAME),
    ("ods/mappings/derived_ccg21_stp21.csv", _SAME),
    ("*icb_names_codes_dec_2024.csv", _SAME),
    ("ons/derived/icb_succession_2026_ods.csv", _SAME),
    ("ons/derived/names_by_vintage.csv", _SAME),
    ("ons/derived/NHS_trusts22_point_*.csv", _PICTURE),
    ("ons/derived/*.geojson", _PICTURE),
    ("ons/boundaries/*", _PICTURE),
    ("ons/hex/*", _PICTURE),
    ("ons/codes/LAD_DEC_2023_UK_BFC_attributes.csv", _PICTURE),
    ("ons/codes/drkane/la_all_codes.csv", "parents of closed councils are today's (data guide, trap 25)"),
    ("ons/codes/drkane/*", _SAME),
    ("ons/codes/gsscoder_all_lad_codes_dates.csv", _SAME),
    ("ons/codes/opengeo_services_*.csv", "a list of services to fetch from"),
    ("ons/codes/rgc_entity_types.csv", "prefixes of codes: those that are used are in graph/kinds.py"),
    ("ods/mappings/ods_cancer_alliance.csv", "cancer alliances are no kind of the graph"),
    ("ons/lookups_admin/CCG17_STP17_CALNCV17_EN_LU.csv", _SAME),
    ("ons/lookups_admin/LAD19_PHEC19_*.csv", "public health centres are no kind of the graph"),
    ("ons/lookups_admin/lookup_ltla24_csp24_*.csv", "police and safety areas are no kind of the graph"),
    ("ons/lookups_admin/lookup_ltla24_fra24.csv", "fire authorities are no kind of the graph"),
    ("ons/lookups_admin/LTLA17_UTLA17_EW_LU.csv", "its upper tier names metropolitan counties (data guide, trap 18)"),
    ("ons/lookups_admin/LTLA21_UTLA21_*.json", _SAME),
    ("ons/lookups_admin/lookup_ltla19_utla19.csv", _SAME),
    ("ons/lookups_admin/lookup_ltla_ltla.csv", "pairs councils crosswise (data guide, trap 24)"),
    ("ons/lookups_admin/samuelbook_ccg_stp_sicbl_icb.csv", _SAME),
    ("ons/lookups_admin/WD19_*.csv", "wards are no kind of the graph"),
    ("ons/lookups_lsoa/lookup_lsoa21_ward24_ltla24.csv", "best fit, not exact (data guide, trap 21)"),
    ("ons/population/File_6_*.csv", "people of 2015 without prisoners: another base than the vintages'"),
    ("ons/trusts/lookup_nhs_trusts22_stp21.csv", "the register's own snapshot of March 2022 is used"),
    ("ons/trusts/lookup_nhs_trusts22_nhs_region21.csv", "the register's own snapshot of March 2022 is used"),
    ("ons/trusts/HF_Trust-STP-lookup.csv", "its licence is not known"),
    ("ons/trusts/*", _SHARES),
)


def not_used(root: Path, used: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Every file of the folder that no source names, with the reason; None where none is known."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name not in used:
            yield name, next((reason for pattern, reason in _REASONS if fnmatch(name, pattern)), None)
