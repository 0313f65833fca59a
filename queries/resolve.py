"""Which body a code or name means (MODEL section 2): exact id; other identifiers; full names; stripped names.

A present name wins over a former one, then a full name over a stripped one. Several left, or none, is an error with
suggestions.
"""

from collections.abc import Collection
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import islice

from nhs_graph.graph.errors import UnknownName
from nhs_graph.graph.facts import Classification, Identifier, Name, Organisation
from nhs_graph.graph.names import bare, fold
from nhs_graph.graph.store import Selection, Store

SUGGESTIONS = 3
POOL = 2000
"""How many names are compared with a misspelt one, for each part of it."""
STALE = timedelta(days=730)
"""A register names every open body each month: a name that none of two years shows is no present one."""


def resolve(store: Store, text: str, as_of: date, kinds: Collection[str] = ()) -> str:
    """The id of the one body that a code or name means; of several, the one of these kinds.

    Raises UnknownName when there is none or more than one; its `suggestions` are up to three `id name` texts.
    """
    word = text.strip()
    if found := by_id(store, word) or _one(store, text, _by_identifier(store, word), kinds):
        return found
    spellings = (("folded", fold(word)), ("bare", bare(word)))
    matches = [list(store.facts(Selection(Name, {column: {key}}))) for column, key in spellings]
    for present in (True, False):
        for names in matches:
            bodies = {n.organisation_id for n in names if _is_present(n, as_of) or not present}
            if found := _one(store, text, bodies, kinds):
                return found
    raise UnknownName(
        f"no organisation is called {text!r}{_coverage(word)}",
        hint=f"nhs-graph organisation search {_quoted(word)}",
        suggestions=_close(store, word),
    )


def by_id(store: Store, word: str) -> str | None:
    """The id that a code is, in any case of its letters; None when it is none."""
    # ODS codes are upper case; the scheme of a prefixed id is lower case: la:CMA, gss:E54000005.
    scheme, colon, code = word.partition(":")
    candidates = {word, f"{scheme.lower()}:{code.upper()}" if colon else word.upper()}
    found = [body.id for body in store.facts(Selection(Organisation, {"id": candidates}))]
    return word if word in found else found[0] if found else None


def _is_present(name: Name, as_of: date) -> bool:
    """Whether a body goes by this name on a day; one not heard of for two years counts as former."""
    certainty = name.window.certainty(as_of)
    if certainty == "last_known" and name.stated_until:
        return as_of - name.stated_until < STALE
    return certainty is not None


def _by_identifier(store: Store, word: str) -> set[str]:
    found = store.facts(Selection(Identifier, {"value": {word, word.upper()}}))
    return {identifier.organisation_id for identifier in found}


def _one(store: Store, text: str, ids: Collection[str], kinds: Collection[str]) -> str | None:
    if len(ids) > 1 and kinds:
        selected = Selection(Classification, {"organisation_id": ids, "kind": kinds})
        ids = {fact.organisation_id for fact in store.facts(selected)} or ids
    if len(ids) > 1:
        raise UnknownName(
            f"{text!r} means {len(ids)} organisations",
            hint="use one of their codes",
            suggestions=_described(store, ids),
        )
    return next(iter(ids), None)


def _described(store: Store, ids: Collection[str]) -> list[str]:
    bodies = store.facts(Selection(Organisation, {"id": ids}))
    return [f"{body.id} {body.name or 'unknown'}" for body in bodies]


def _close(store: Store, word: str) -> list[str]:
    # A word may be misspelt, but hardly all of them, and hardly in the first three letters.
    wanted = bare(word)
    parts = dict.fromkeys([wanted[:3], *wanted.split()])
    names = {name.bare: name for part in parts for name in islice(store.candidates(part), POOL)}
    close = get_close_matches(wanted, names, n=SUGGESTIONS, cutoff=0.6)
    return [f"{names[key].organisation_id} {names[key].name}" for key in close]


def _coverage(word: str) -> str:
    outside = {"s12": "Scottish", "n09": "Northern Irish", "w06": "Welsh"}
    nation = outside.get(word[:3].casefold())
    return (
        f"; the graph covers England (Welsh trusts only as far as ODS lists them), this is a {nation} code"
        if nation
        else ""
    )


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word
