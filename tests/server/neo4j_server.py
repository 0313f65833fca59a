"""A real Neo4j for tests and for `make neo4j`: a server process on loopback, from the jars of jars.py.

`python -m tests.server.neo4j_server` runs one in the foreground until Ctrl-C; its password is NEO4J_PASSWORD.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from tests.server import jars
from tests.server.jars import ServerProblem, unavailable_reason

__all__ = ["Server", "ServerProblem", "main", "start", "unavailable_reason"]

START_SECONDS = 120
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Halves the time to start; a server that is to answer for long is better off without."""
SETTINGS = {
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "128m",
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    "server.directories.import": "import",
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
}


@dataclass(frozen=True)
class Server:
    """A server that answers on loopback until it is stopped."""

    home: Path
    bolt_port: int
    http_port: int
    password: str
    process: subprocess.Popen[bytes]

    @property
    def uri(self) -> str:
        """Where the driver connects."""
        return f"neo4j://127.0.0.1:{self.bolt_port}"

    @property
    def browser(self) -> str:
        """Where Neo4j Browser is."""
        return f"http://localhost:{self.http_port}/browser/"

    @property
    def credentials(self) -> dict[str, str]:
        """The environment variables that commands read."""
        return {"NEO4J_USERNAME": "neo4j", "NEO4J_PASSWORD": self.password}

    @property
    def log(self) -> str:
        """All that the server has printed."""
        return (self.home / "console.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        """End the process and wait for it."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)

    def __enter__(self) -> Self:
        """The server, stopped at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process."""
        self.stop()


def start(
    home: Path,
    password: str,
    settings: dict[str, str] | None = None,
    ports: list[int] | None = None,
    *,
    heap: str = "512m",
    options: tuple[str, ...] = QUICK,
) -> Server:
    """Start a server with its own home and wait until it answers. `ports` are those of Bolt and HTTP.

    Raises ServerProblem, with the end of the log, when it does not.
    """
    bolt, http = ports or [_free_port(), _free_port()]
    conf = home / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (home / "import").mkdir(exist_ok=True)
    told = {
        **SETTINGS,
        "server.bolt.listen_address": f"127.0.0.1:{bolt}",
        "server.http.listen_address": f"127.0.0.1:{http}",
        **(settings or {}),
    }
    if language := os.environ.get("NEO4J_SERVER_CYPHER"):
        told["db.query.default_language"] = f"CYPHER_{language}"
    (conf / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in told.items()), encoding="utf-8")
    java = [str(jars.java()), f"-Xmx{heap}", *options, "-cp", f"{jars.fetch()}/*"]
    if not (home / "data").exists():
        _set_password([*java, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password], home)
    name = "Neo4jCommunity" if jars.version().startswith("20") else "CommunityEntryPoint"
    command = [*java, f"org.neo4j.server.{name}", f"--home-dir={home}", f"--config-dir={conf}", "--console-mode"]
    with (home / "console.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    server = Server(home, bolt, http, password, process)
    try:
        _wait_until_started(server)
    except BaseException:  # also Ctrl-C; raised again at once
        process.kill()
        process.wait()
        raise
    return server


def _set_password(command: list[str], home: Path) -> None:
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    told = subprocess.run(command, env=environment, capture_output=True, text=True)
    if told.returncode:
        raise ServerProblem(f"the password cannot be set:\n{told.stdout}{told.stderr}")


def _wait_until_started(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "Started." not in server.log:
        if server.process.poll() is not None or time.monotonic() > deadline:
            raise ServerProblem(f"Neo4j did not start:\n{server.log[-2000:]}")
        time.sleep(0.05)


def _free_port(wanted: int = 0) -> int:
    """The wanted port of loopback if nothing listens there, else any that is free."""
    with closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", wanted))
        except OSError:
            return _free_port()
        port: int = tried.getsockname()[1]
        return port


def _check_password(server: Server) -> None:
    with GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]  # the driver does not type its options
        server.uri, auth=("neo4j", server.password)
    ) as driver:
        try:
            driver.verify_connectivity()  # pyright: ignore[reportUnknownMemberType]
        except AuthError as error:
            raise ServerProblem(f"the data in {server.home} was made with another NEO4J_PASSWORD") from error


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run a server in the foreground, with Browser on 7474 and Bolt on 7687 where these are free."""
    parser = argparse.ArgumentParser(prog="make neo4j", description=main.__doc__)
    kept = jars.library().with_name(f"home-{jars.version()}")
    parser.add_argument("--home", type=Path, default=kept, help="where its data is kept (%(default)s)")
    home: Path = parser.parse_args().home.resolve()
    reason, password = unavailable_reason(), os.environ.get("NEO4J_PASSWORD", "")
    if not reason and len(password) < 8:
        reason = "NEO4J_PASSWORD is not set, or shorter than 8 characters"
    if reason:
        sys.exit(f"error: {reason}\nhint: see tests/server/README.md")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        first = "" if jars.library().is_dir() else ", after fetching about 140 MB"
        print(f"starting Neo4j {jars.version()}{first}", flush=True)
        with start(home, password, ports=[_free_port(7687), _free_port(7474)], heap="1g", options=()) as server:
            _check_password(server)
            print(f"Neo4j Browser: {server.browser}  (user neo4j, password from NEO4J_PASSWORD)")
            print(f"load the graph: nhs-graph load --store neo4j://localhost:{server.bolt_port}")
            print(f"its data is kept in {home}; end with Ctrl-C", flush=True)
            server.process.wait()
    except ServerProblem as problem:
        sys.exit(f"error: {problem}")
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()
