"""The roles of leaders, once: the role, its broader term and the sources' words for it (MODEL section 4)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """One role; `single` says that only one substantive holder at a time is expected."""

    name: str
    broader: str | None
    words: tuple[str, ...]
    single: bool = True


_ROWS = [
    Role("any_chair", None, ()),
    Role("chief", None, ()),
    Role("chair", "any_chair", ("chair", "icb_chair", "ics_chair", "ccg_chair", "joint_chair", "group_chair")),
    Role("deputy_chair", "any_chair", ("deputy_chair", "vice_chair"), single=False),
    Role(
        "chief_executive",
        "chief",
        ("chief_executive", "icb_chief_executive", "council_chief_executive", "group_chief_executive"),
    ),
    Role("accountable_officer", "chief", ("accountable_officer", "ccg_accountable_officer")),
    Role("system_lead", "chief", ("stp_lead", "ics_lead", "ics_executive_lead", "system_lead")),
]
ROLES: dict[str, Role] = {role.name: role for role in _ROWS}
_BY_WORD = {word: role.name for role in _ROWS for word in role.words}


def role_of(word: str) -> str:
    """The role behind a source's word; a word that no role claims is a role of its own."""
    return _BY_WORD.get(word, word)


def with_narrower(role: str) -> frozenset[str]:
    """The role and all roles it is broader than."""
    return frozenset({role} | {r.name for r in _ROWS if r.broader == role})
