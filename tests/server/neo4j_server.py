"""A real Neo4j for tests and for `make neo4j`: the jars from Maven Central, a server process on loopback.

`python -m tests.server.neo4j_server` runs one in the foreground until Ctrl-C; its password is NEO4J_PASSWORD.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

POM = Path(__file__).parent / "pom.xml"
VERSION = os.environ.get("NEO4J_SERVER_VERSION", "5.26.30")
START_SECONDS = 120
SETTINGS = {
    "server.https.enabled": "false",
    "server.memory.pagecache.size": "128m",
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    "server.directories.import": "import",
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
}


def java() -> str | None:
    """The java to run the server with: NEO4J_JAVA, else the one on the path."""
    return os.environ.get("NEO4J_JAVA") or shutil.which("java")


def library() -> Path:
    """The folder of the server's jars, in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "nhs-graph" / f"neo4j-{VERSION}"


def unavailable_reason() -> str | None:
    """Why no server can be started here; None when one can."""
    if not java():
        return "Java is not installed"
    if not library().is_dir() and not shutil.which("mvn"):
        return "Maven is not installed, and the server's jars are not in the cache"
    return None


def fetch() -> Path:
    """The jars, fetched once. Two runs at the same time each fetch; the first to finish is kept."""
    target = library()
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=target.parent))
        command = ["mvn", "-q", "-B", "-f", str(POM), f"-Dneo4j.version={VERSION}", "dependency:copy-dependencies"]
        subprocess.run([*command, "-DincludeScope=runtime", f"-DoutputDirectory={fresh}"], check=True)
        if target.is_dir():
            shutil.rmtree(fresh)
        else:
            fresh.rename(target)
    return target


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    try:
        for opened in sockets:
            opened.bind(("127.0.0.1", 0))
        return [opened.getsockname()[1] for opened in sockets]
    finally:
        for opened in sockets:
            opened.close()


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


def start(home: Path, password: str, settings: dict[str, str] | None = None, ports: list[int] | None = None) -> Server:
    """Start a server with its own home and wait until it answers.

    Raises RuntimeError with the end of its log when it does not.
    """
    jars = fetch()
    bolt, http = ports or _free_ports(2)
    conf = home / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (home / "import").mkdir(exist_ok=True)
    told = {
        **SETTINGS,
        "server.bolt.listen_address": f"127.0.0.1:{bolt}",
        "server.http.listen_address": f"127.0.0.1:{http}",
        **(settings or {}),
    }
    (conf / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in told.items()), encoding="utf-8")
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(conf)}
    command = [str(java()), "-Xmx512m", "-cp", f"{jars}/*"]
    if not (home / "data").exists():
        admin = [*command, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", password]
        subprocess.run(admin, env=environment, check=True, capture_output=True)
    name = "Neo4jCommunity" if VERSION.startswith("20") else "CommunityEntryPoint"
    main = [*command, f"org.neo4j.server.{name}", f"--home-dir={home}", f"--config-dir={conf}", "--console-mode"]
    with (home / "console.log").open("wb") as log:
        process = subprocess.Popen(main, env=environment, stdout=log, stderr=subprocess.STDOUT)
    server = Server(home, bolt, http, password, process)
    deadline = time.monotonic() + START_SECONDS
    while "Started." not in server.log:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            raise RuntimeError(f"Neo4j did not start:\n{server.log[-2000:]}")
        time.sleep(0.2)
    return server


def main() -> None:
    """Run a server in the foreground, with Browser on 7474, its data kept under the user's cache."""
    reason, password = unavailable_reason(), os.environ.get("NEO4J_PASSWORD", "")
    if reason or len(password) < 8:
        sys.exit(
            f"error: {reason or 'NEO4J_PASSWORD is not set, or shorter than 8 characters'}\nhint: see tests/server/README.md"
        )
    server = start(library().with_name(f"home-{VERSION}"), password, ports=[7687, 7474])
    print(f"Neo4j Browser: http://localhost:{server.http_port}/browser/  (user neo4j, password from NEO4J_PASSWORD)")
    print("load the graph: .venv/bin/nhs-graph load --store neo4j://localhost   end with Ctrl-C", flush=True)
    try:
        server.process.wait()
    except KeyboardInterrupt:
        server.stop()


if __name__ == "__main__":
    main()
