"""Words that a user types for kinds and roles, checked against what there is."""

from difflib import get_close_matches

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Post
from nhs_graph.graph.kinds import KINDS, with_sub_kinds
from nhs_graph.graph.roles import role_of, with_narrower
from nhs_graph.graph.store import Selection, Store


def kinds_of(word: str) -> tuple[str, ...]:
    """The kind and its sub-kinds, sorted.

    Raises UsageProblem for a word that is no kind.
    """
    kinds = with_sub_kinds(word)
    if not kinds:
        close = get_close_matches(word, [*KINDS, "upper_tier", "lower_tier"], n=3)
        raise UsageProblem(
            f"no kind of organisation is called {word!r}", hint=f"kinds: {', '.join(KINDS)}", suggestions=close
        )
    return tuple(sorted(kinds))


def roles_of(store: Store, word: str) -> tuple[str, ...]:
    """The role behind a source's word, with its narrower roles, sorted.

    Raises UsageProblem for a word that is no role of any post.
    """
    known = {post.role for post in store.facts(Selection(Post))}
    roles = with_narrower(role_of(word))
    if not roles & known:
        close = get_close_matches(word, known, n=3)
        raise UsageProblem(f"no role is called {word!r}", hint=f"roles: {', '.join(sorted(known))}", suggestions=close)
    return tuple(sorted(roles))
