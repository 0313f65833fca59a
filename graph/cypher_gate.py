"""The gate for Cypher that users type: it reads the graph, and does nothing else, or it is refused.

A READ session alone is not enough. The server lets it read files and web addresses (`LOAD CSV`), end other
people's connections, show its settings, and run for ever. So a text passes only if the server's plan of it

1. is of the query type "r", and
2. has none but known operators (an operator of a later server is refused until it is added here), and
3. calls none but known procedures.

A subquery inside an expression (`[x IN list | COLLECT { ... }]`) is planned, but not shown in the plan. So the
text itself must not hold `LOAD CSV` or the call of another procedure either, wherever it stands.
Then it runs in a READ session, with a time after which the server stops it.
"""

import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from neo4j import READ_ACCESS, Driver, Query, ResultSummary
from neo4j.exceptions import ClientError

from nhs_graph.graph.errors import QueryFailed, UsageProblem

Plan = Mapping[str, Any]

PLAN_SECONDS = 30.0

PROCEDURES = frozenset(
    {
        "db.labels",
        "db.relationshipTypes",
        "db.propertyKeys",
        "db.schema.visualization",
        "db.schema.nodeTypeProperties",
        "db.schema.relTypeProperties",
        "db.index.fulltext.queryNodes",
        "db.index.fulltext.queryRelationships",
    }
)

# As summary.plan calls them, without the variant in brackets: `Expand` stands for Expand(All) and Expand(Into).
_NODES = """
    AllNodesScan NodeByLabelScan UnionNodeByLabelsScan IntersectionNodeByLabelsScan SubtractionNodeByLabelsScan
    NodeByIdSeek NodeByElementIdSeek NodeIndexScan NodeIndexSeek NodeIndexSeekByRange NodeUniqueIndexSeek
    NodeUniqueIndexSeekByRange NodeIndexContainsScan NodeIndexEndsWithScan MultiNodeIndexSeek NodeFulltextIndexSearch
    NodeVectorIndexSearch DynamicLabelNodeLookup NodeCountFromCountStore
"""
_RELATIONSHIPS = """
    AllRelationshipsScan RelationshipTypeScan UnionRelationshipTypesScan RelationshipByIdSeek
    RelationshipByElementIdSeek RelationshipIndexScan RelationshipIndexSeek RelationshipIndexSeekByRange
    RelationshipUniqueIndexSeek RelationshipUniqueIndexSeekByRange RelationshipIndexContainsScan
    RelationshipIndexEndsWithScan RelationshipFulltextIndexSearch RelationshipVectorIndexSearch
"""
_PATHS = """
    RelationshipCountFromCountStore DynamicDirectedRelationshipTypeLookup DynamicUndirectedRelationshipTypeLookup
    Expand OptionalExpand VarLengthExpand Repeat BidirectionalRepeat ShortestPath StatefulShortestPath
    PathPropagatingBFS ProjectEndpoints TriadicBuild TriadicFilter TriadicSelection
    AssertSameNode AssertSameRelationship
"""
_ROWS = """
    ProduceResults EmptyResult EmptyRow Argument Projection Filter Unwind CacheProperties RemoteBatchProperties
    RemoteBatchPropertiesWithFilter Distinct OrderedDistinct EagerAggregation OrderedAggregation Sort PartialSort Top
    PartialTop Top1WithTies Limit ExhaustiveLimit Skip Eager Optional PreserveOrder
    NullifyMetadata NonFuseable
"""
_JOINS = """
    Apply SemiApply AntiSemiApply Anti LetSemiApply LetAntiSemiApply SelectOrSemiApply SelectOrAntiSemiApply
    LetSelectOrSemiApply LetSelectOrAntiSemiApply ConditionalApply AntiConditionalApply RollUpApply
    CartesianProduct NodeHashJoin ValueHashJoin ValueMergeJoin NodeLeftOuterHashJoin NodeRightOuterHashJoin
    Union OrderedUnion
"""
OPERATORS = frozenset(
    [f"{way}{name}" for name in _RELATIONSHIPS.split() for way in ("Directed", "Undirected")]
    + f"{_NODES} {_PATHS} {_ROWS} {_JOINS}".split()
)

_HINT = "ask with MATCH ... RETURN; `nhs-graph load` is what changes the graph"
_NOT_CODE = re.compile(
    r"""  '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | //[^\r\n]* | /\*.*?\*/ | `(?P<name>(?:[^`]|``)*)`  """,
    re.DOTALL | re.VERBOSE,
)
_NOT_WORD = re.compile(r"\W")
_UNICODE_ESCAPE = re.compile(r"\\u+[0-9a-fA-F]{4}")
_LOAD_CSV = re.compile(r"\bload\s+csv\b", re.IGNORECASE)
_CALL = re.compile(r"\bcall\b\s*(?P<procedure>[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)", re.IGNORECASE)
_POSITION = re.compile(r" \(line (?P<line>\d+), column (?P<column>\d+) \(offset: \d+\)\)")


def run(
    driver: Driver, database: str | None, text: str, parameters: Mapping[str, Any], timeout_seconds: float
) -> list[dict[str, Any]]:
    """The rows of a query that passes the gate, with the driver's types of values.

    Raises UsageProblem when it does not pass or is no Cypher, QueryFailed when it takes longer than allowed,
    and the driver's own errors when the server cannot answer.
    """
    check(driver, database, text, parameters, timeout_seconds)
    rows, summary = _ask(driver, database, text, parameters, timeout_seconds)
    if _plan(summary):
        raise UsageProblem("EXPLAIN has no rows to show", hint="ask without EXPLAIN, or in Neo4j Browser")
    return rows


def check(
    driver: Driver,
    database: str | None,
    text: str,
    parameters: Mapping[str, Any],
    timeout_seconds: float = PLAN_SECONDS,
) -> None:
    """Let a text pass that only reads the graph; nothing of it is run.

    Raises UsageProblem when it does more or is no Cypher: PROFILE, a second statement and administration are not.
    """
    summary = _ask(driver, database, f"EXPLAIN\n{text}", parameters, timeout_seconds)[1]
    for operator, details in _operators(_plan(summary)):
        if operator.endswith("ProcedureCall"):
            _check_procedure(details.partition("(")[0])
        elif operator.removeprefix("Partitioned").partition("(")[0] not in OPERATORS:
            raise _refused(operator)
    _check_text(text)
    if summary.query_type != "r":
        raise _refused("more than that")


def _plan(summary: ResultSummary) -> Plan:
    """The plan, empty when the server made none."""
    return cast("Plan | None", summary.plan) or {}  # pyright: ignore[reportUnknownMemberType]  # a bare dict


def _operators(plan: Plan) -> Iterator[tuple[str, str]]:
    """Name and details of each operator. `Expand(All)@neo4j` names the database after the operator."""
    waiting = [plan] if plan else []
    while waiting:
        operator = waiting.pop()
        yield operator["operatorType"].partition("@")[0], operator["args"].get("Details", "")
        waiting += operator.get("children", [])


def _check_text(text: str) -> None:
    """Look for what a plan does not show: subqueries inside expressions.

    The server has accepted the text as Cypher before, so quotes and comments are complete.
    """
    if found := _UNICODE_ESCAPE.search(text):  # the server reads `\u0027` as the end of a string
        raise UsageProblem(f"{found[0]} hides a character", hint="write the character itself")
    code = _NOT_CODE.sub(_name_only, text)
    if _LOAD_CSV.search(code):
        raise _refused("LoadCSV")
    for call in _CALL.finditer(code):
        _check_procedure("".join(call["procedure"].split()))


def _name_only(part: re.Match[str]) -> str:
    """A name in backticks as one word; strings and comments as nothing."""
    return f" {_NOT_WORD.sub('_', part['name'] or '')} "


def _check_procedure(name: str) -> None:
    if name not in PROCEDURES:
        raise UsageProblem(
            f"the procedure {name} is not allowed here", hint=f"allowed are {', '.join(sorted(PROCEDURES))}"
        )


def _refused(operator: str) -> UsageProblem:
    return UsageProblem(f"only reading the graph is allowed here, and this is {operator}", hint=_HINT)


def _ask(
    driver: Driver, database: str | None, text: str, parameters: Mapping[str, Any], timeout_seconds: float
) -> tuple[list[dict[str, Any]], ResultSummary]:
    if timeout_seconds <= 0:  # 0 would mean no limit to the server
        raise UsageProblem(f"a time limit of {timeout_seconds:g} seconds is none", hint="give more than 0 seconds")
    # The driver's type asks for literal text, so that nobody pastes values into a query. Here it is the user's own.
    query = Query(text, timeout=timeout_seconds)  # pyright: ignore[reportArgumentType]
    with (
        _told(timeout_seconds),
        driver.session(  # pyright: ignore[reportUnknownMemberType]  # the driver does not type its options
            database=database, default_access_mode=READ_ACCESS
        ) as session,
    ):
        result = session.run(query, dict(parameters))
        return result.data(), result.consume()


@contextmanager
def _told(timeout_seconds: float) -> Generator[None, None, None]:
    """Turns what the server says of a text into our errors; the server's own problems pass as they are."""
    try:
        yield
    except ClientError as error:
        code = error.code or ""
        if ".TransactionTimedOut" in code:
            raise QueryFailed(
                f"the query was stopped after {timeout_seconds:g} seconds",
                hint="ask for less: a body, a day, a LIMIT, a longest path",
            ) from error
        if ".Statement." not in code and ".Procedure." not in code:
            raise
        said = (error.message or code).splitlines()[0]
        raise UsageProblem(_POSITION.sub(_position, said), hint="check the query", code=code) from error


def _position(found: re.Match[str]) -> str:
    """Where in the user's own text: EXPLAIN stood on a line before it."""
    line = int(found["line"]) - 1
    return f" (line {line}, column {found['column']})" if line > 0 else ""
