"""One load at a time, and a mark on a database while a load of many transactions is under way.

A release of the register is too large for one transaction. So the node `Loading` stands in the database from the first
batch to the last, and nobody is answered meanwhile: a reader looks for it in the transaction that it reads in, after
it has read. `Meta.loads` counts such loads: a reader that finds another number than before reads once more, since a
load may have come and gone while it read. A load holds the lock of the `Meta` node in a transaction of its own, which
ends with the process: whoever gets the lock and finds the mark knows that the load was cut off.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from neo4j import ManagedTransaction, Session, Transaction

from nhs_graph.graph.errors import HalfLoaded
from nhs_graph.graph.neo4j_read import run

LOCK = "MERGE (m:Meta {id: 'meta'}) SET m.format = coalesce(m.format, '')"
"""Taken first: a second load waits here until the first has finished, and sees what it wrote."""
_PUT = "MERGE (l:Loading {id: 'loading'}) SET l.what = $what, l.since = datetime()"
_TAKE_AWAY = "MATCH (m:Meta {id: 'meta'}) SET m.loads = $loads WITH m MATCH (l:Loading) DELETE l"
_STATE = """
OPTIONAL MATCH (m:Meta {id: 'meta'}) OPTIONAL MATCH (l:Loading)
RETURN coalesce(m.loads, 0), l.what, left(toString(l.since), 16)"""


class State(NamedTuple):
    """How many loads of releases came to their end, and what is half loaded since when."""

    loads: int
    loading: str | None
    since: str | None


def state(tx: ManagedTransaction | Transaction) -> State:
    """The state of the database now."""
    return State(*run(tx, _STATE)[0])


def whole(tx: ManagedTransaction, url: str) -> int:
    """The number of loads that came to their end; raises HalfLoaded when one is under way or was cut off."""
    found = state(tx)
    if found.loading is not None:
        raise HalfLoaded(
            f"{url} holds a part of {found.loading}: its load began at {found.since} UTC and has not come to its end",
            hint=f"wait for it; if it was cut off, load it again, or go back: nhs-graph load --store {url}",
            loading=found.loading,
        )
    return found.loads


@contextmanager
def alone(session: Session) -> Generator[Transaction, None, None]:
    """A transaction that keeps other loads waiting; it changes nothing unless it is committed."""
    # 0 is no limit: it lasts as long as the load.
    with session.begin_transaction(timeout=0) as tx:
        run(tx, LOCK)
        yield tx


def put(tx: ManagedTransaction, what: str) -> None:
    """Set the mark."""
    run(tx, _PUT, {"what": what})


def take_away(tx: Transaction, loads: int) -> None:
    """Take the mark away and count the load, at once, with the lock that `alone` holds."""
    run(tx, _TAKE_AWAY, {"loads": loads})
    tx.commit()
