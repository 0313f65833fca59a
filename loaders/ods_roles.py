"""Which kind (graph/kinds.py) a role of the register is. A role that is not here makes no kind, and is counted.

Left out on purpose: RO141 and RO273, councils and combined authorities, which the graph has under the code of the
government register (data guide, rulings no. 10); RO261, which was three kinds of body one after the other.
"""

_ROLES: dict[str, tuple[int, ...]] = {
    "nhs_trust": (197, 24),
    "foundation_trust": (57,),
    "care_trust": (107,),
    "site": (99, 101, 108, 136, 148, 149, 168, 176, 180, 191, 198, 212, 214),
    "branch": (96,),
    "practice": (76,),
    "prescribing_cost_centre": (72, 80, 82, 177, *range(246, 254), *range(255, 261), 321),
    "pcn": (272,),
    "pharmacy": (182, 280),
    "pharmacy_headquarters": (181,),
    "dispensing_appliance_contractor": (94,),
    "dental_practice": (65, 110),
    "optician": (166, 167),
    "care_home": (269,),
    "social_care_provider": (104, 270),
    "hospice": (7,),
    "independent_provider": (172,),
    "local_health_board": (142, 144),
    "school": (117, 221, *range(281, 295), *range(297, 314), 325),
    "prison": (69, 175, 220, 228, 230, 231, 232),
    "icb": (318,),
    "stp": (262,),
    "ccg": (98,),
    "sicbl": (319,),
    "commissioning_hub": (218,),
    "pct": (179, 21, 22),
    "pcg": (171,),
    "ha": (109, 132),
    "nhs_region": (209,),
    "area_team": (210,),
    "region_office": (185,),
    "support_unit": (213,),
    "national_body": (116, 189),
    "department": (126,),
}
KIND_OF_ROLE: dict[str, str] = {f"RO{number}": kind for kind, numbers in _ROLES.items() for number in numbers}
