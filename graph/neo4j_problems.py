"""What a Neo4j server or its driver says when something is wrong, as one sentence and one hint."""

from collections.abc import Iterator
from typing import cast

from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from nhs_graph.graph.errors import QueryFailed, StoreProblem, StoreUnavailable


def problem(
    error: Neo4jError | DriverError, url: str, user: str, password: str | None, database: str | None
) -> StoreProblem:
    """Our error for the driver's."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    kind = code.rpartition(".")[2]
    if kind == "CredentialsExpired":
        return StoreUnavailable(
            f"the password of {user} at {url} must be changed before its first use",
            hint="on the database `system`: ALTER CURRENT USER SET PASSWORD FROM 'old' TO 'new'",
        )
    if kind == "AuthenticationRateLimit":
        return StoreUnavailable(
            f"{url} was given wrong passwords for {user} too often", hint="check NEO4J_PASSWORD, wait, and try again"
        )
    if kind in {"Unauthorized", "TokenExpired"} and not password:
        return StoreUnavailable(
            f"{url} asks for a password, and NEO4J_PASSWORD is not set",
            hint="export NEO4J_PASSWORD=..., and NEO4J_USERNAME where it is not neo4j",
        )
    if kind in {"Unauthorized", "TokenExpired"}:
        return StoreUnavailable(
            f"{url} refuses the user {user} with this password", hint="check NEO4J_USERNAME and NEO4J_PASSWORD"
        )
    if kind == "DatabaseNotFound":
        return StoreUnavailable(
            f"{url} has no database {database or 'as its default'}",
            hint="set NEO4J_DATABASE to one that SHOW DATABASES lists, or leave it unset",
        )
    if kind == "DatabaseUnavailable" or isinstance(error, (ServiceUnavailable, SessionExpired)):
        return _unreachable(error, url)
    if "MemoryPool" in kind:
        return StoreProblem(
            f"{url} has too little memory for this", hint="give it server.memory.heap.max_size=2g or more"
        )
    said = (error.message if isinstance(error, Neo4jError) else "") or str(error) or type(error).__name__
    hint = "check the query" if "Statement" in code else f"see the log of the server at {url}"
    return QueryFailed(said.splitlines()[0], hint=hint, code=code, said=said)


def _unreachable(error: BaseException, url: str) -> StoreUnavailable:
    scheme, _, host = url.partition("://")
    reasons = " ".join(_reasons(error))
    if "CERTIFICATE_VERIFY" in reasons or "certificate verify" in reasons:
        return StoreUnavailable(
            f"the certificate of {url} is signed by nobody that this machine trusts",
            hint=f"if it is your own server: --store {scheme.partition('+')[0]}+ssc://{host}",
        )
    if "+" in scheme and ("SSL" in reasons or "BoltSecurityError" in reasons):
        return StoreUnavailable(
            f"the server at {url} does not speak TLS", hint=f"--store {scheme.partition('+')[0]}://{host}"
        )
    if "DNS resolve" in reasons:
        return StoreUnavailable(f"no machine answers to the name in {url}", hint="check the name with --store")
    if "handshake" in reasons or "closed" in reasons:
        return StoreUnavailable(
            f"something at {url} hung up: no Neo4j server, or one that wants TLS",
            hint=f"--store {scheme.partition('+')[0]}+s://{host} for TLS; port 7687 is the usual one",
        )
    return StoreUnavailable(
        f"no Neo4j server answers at {url}",
        hint="start it with `make neo4j` or `docker compose up -d`, or name another with --store",
    )


def _reasons(error: BaseException | None) -> Iterator[str]:
    """What the error and all errors behind it say."""
    if error is None:
        return
    yield f"{type(error).__name__} {error}"
    if isinstance(error, BaseExceptionGroup):
        for inner in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from _reasons(inner)
    yield from _reasons(error.__cause__)
