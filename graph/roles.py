"""The roles of leaders, once: the role, its broader term and the sources' words for it (MODEL section 4).

A system keeps its code when it turns from plan footprint to statutory board, so its chairs share one role. A
group chief executive is a role of its own: a trust of the group may keep a chief executive beside, as Barking,
Havering and Redbridge did in 2024. A group chair is the chair that each trust of the group must have.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """One role; `single` says that only one substantive holder at a time is expected."""

    name: str
    broader: str | None
    words: tuple[str, ...]
    single: bool = True


_ROWS = [
    Role("any_chair", None, (), single=False),
    Role("chief", None, (), single=False),
    Role("chair", "any_chair", ("chair", "icb_chair", "ics_chair", "stp_independent_chair", "group_chair")),
    Role("chief_executive", "chief", ("chief_executive", "icb_chief_executive", "council_chief_executive")),
    Role("group_chief_executive", "chief", ("group_chief_executive",)),
    Role("accountable_officer", "chief", ("accountable_officer",)),
    Role("chief_officer", "chief", ("chief_officer",)),
    Role("system_lead", "chief", ("stp_lead", "ics_lead", "ics_executive_lead")),
    Role("ics_director", "chief", ("ics_director",)),
]
ROLES: dict[str, Role] = {role.name: role for role in _ROWS}
_BY_WORD = {word: role.name for role in _ROWS for word in role.words}


def role_of(word: str) -> str:
    """The role behind a source's word; a word that no role claims is a role of its own."""
    return _BY_WORD.get(word, word)


def is_single(role: str) -> bool:
    """Whether a body has one substantive holder of the role at a time; False for roles not listed here."""
    return role in ROLES and ROLES[role].single


def with_narrower(role: str) -> frozenset[str]:
    """The role and all roles it is broader than."""
    return frozenset({role} | {r.name for r in _ROWS if r.broader == role})
