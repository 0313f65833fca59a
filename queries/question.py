"""A graph question: one parameter model, one row model, one Cypher file, one networkx answer.

Both engines give equal rows; the contract tests compare them on the whole bundle and on random graphs. SQL only
selects facts and never answers a question: there is no third engine.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Any, Generic, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from nhs_graph.graph.errors import AnswerShape, UsageProblem
from nhs_graph.graph.facts import Fact
from nhs_graph.graph.store import Store

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

Engine = Literal["auto", "cypher", "networkx"]


class Params(BaseModel):
    """What a question is asked with; every field is a `$name` of its Cypher text, and the other way round."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Row(BaseModel):
    """One line of an answer; the order of the fields is the order of columns, `sources` comes last."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


Sources = Annotated[tuple[str, ...], AfterValidator(lambda ids: tuple(sorted(set(ids))))]
"""Source ids of a row: sorted, each once."""
UNKNOWN = Field(json_schema_extra={"none": "unknown"})
"""A column whose None is printed as unknown, where others leave a cell empty."""

P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Row)
W = TypeVar("W")


def on_graph(select: Callable[[Store, P], Iterable[Fact]]) -> "Callable[[Store, P], Graph]":
    """What reads the selected facts of a store as a graph."""

    def read(store: Store, params: P) -> "Graph":
        from nhs_graph.graph.projection import project

        return project(select(store, params))

    return read


@dataclass(frozen=True)
class Question(Generic[P, R, W]):
    """A named question.

    `read` takes out of a store what the answer is worked out from: nearly always a graph (`on_graph`).
    `answer` is pure: that and the parameters to rows.
    """

    name: str
    params: type[P]
    row: type[R]
    read: Callable[[Store, P], W]
    answer: Callable[[W, P], list[R]]

    @cached_property
    def text(self) -> str:
        """The Cypher file, as it opens in Neo4j Browser."""
        return resources.files("nhs_graph.queries.cypher").joinpath(f"{self.name}.cypher").read_text(encoding="utf-8")

    def run(self, store: Store, params: P, engine: Engine = "auto") -> list[R]:
        """The rows on one engine: `auto` is Cypher on a store that speaks it, else networkx.

        Raises UsageProblem when Cypher is asked of a store without it, AnswerShape for unexpected columns.
        """
        if engine == "cypher" or (engine == "auto" and store.cypher):
            if not store.cypher:
                raise UsageProblem(
                    f"the store {store.url} answers no Cypher",
                    hint="add --store neo4j://localhost or --engine networkx",
                )
            return self._rows(store.query(self.text, dict(params)))
        return self.answer(self.read(store, params), params)

    def _rows(self, records: list[dict[str, Any]]) -> list[R]:
        try:
            return [self.row.model_validate(record) for record in records]
        except ValidationError as error:
            raise AnswerShape(
                f"{self.name}.cypher returned a row that is no {self.row.__name__}: {error.errors()[0]['msg']}",
                hint=f"nhs-graph query show {self.name}",
            ) from error
