"""A question asked of one store on one engine, as the golden tests do."""

from dataclasses import dataclass
from typing import TypeVar

from nhs_graph.graph.store import Store
from nhs_graph.queries.question import Engine, Params, Question, Row

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Row)
W = TypeVar("W")


@dataclass(frozen=True)
class Ask:
    """Runs questions on the store and engine of a test case."""

    store: Store
    engine: Engine

    def __call__(self, question: Question[P, R, W], params: P) -> list[R]:
        """The rows."""
        return question.run(self.store, params, self.engine)
