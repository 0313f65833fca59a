"""Which person an id or name means: the id, the name without titles, another name."""

from difflib import get_close_matches

from nhs_graph.graph.errors import UnknownName
from nhs_graph.graph.facts import Person
from nhs_graph.graph.names import fold
from nhs_graph.graph.people import split_honorific
from nhs_graph.graph.store import Selection, Store


def resolve_person(store: Store, text: str) -> str:
    """The id of the one person that an id or name means; titles and honours do not matter.

    Raises UnknownName when there is none or more than one; its `suggestions` are up to three `id name` texts.
    """
    word = text.strip()
    if found := list(store.facts(Selection(Person, {"id": {word, word.casefold()}}))):
        return found[0].id
    wanted = fold(split_honorific(word)[0])
    people = list(store.facts(Selection(Person)))
    same = [person for person in people if wanted in {fold(name) for name in (person.name, *person.other_names)}]
    if len(same) == 1:
        return same[0].id
    if same:
        raise UnknownName(
            f"{word!r} means {len(same)} people", hint="use one of their ids", suggestions=[_told(p) for p in same]
        )
    by_name = {fold(person.name): person for person in people}
    close = get_close_matches(wanted, by_name, n=3, cutoff=0.6)
    raise UnknownName(
        f"no person is called {word!r}",
        hint="nhs-graph leaders list --all-dates",
        suggestions=[_told(by_name[name]) for name in close],
    )


def _told(person: Person) -> str:
    return f"{person.id} {person.name}"
