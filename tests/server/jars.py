"""Java and the jars of the server: where they are, and how they are fetched once from Maven Central."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

POM = Path(__file__).parent / "pom.xml"


class ServerProblem(Exception):
    """No server can be run here; the message says why."""


def version() -> str:
    """The version to run: NEO4J_SERVER_VERSION, else that of pom.xml."""
    written = ElementTree.parse(POM).findtext("{*}properties/{*}neo4j.version", default="")
    return os.environ.get("NEO4J_SERVER_VERSION") or written


def java() -> str | None:
    """The java to run the server with: NEO4J_JAVA, else that of JAVA_HOME, else the one on the path."""
    home = os.environ.get("JAVA_HOME")
    return os.environ.get("NEO4J_JAVA") or (home and shutil.which(f"{home}/bin/java")) or shutil.which("java")


@cache
def _java_release(program: str) -> int:
    """17 for `openjdk version "17.0.15"`, 0 when the program does not say."""
    try:
        told = subprocess.run([program, "-version"], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.search(r'version "(\d+)', told.stderr)
    return int(found[1]) if found else 0


def unavailable_reason() -> str | None:
    """Why no server can be started here; None when one can."""
    program, needed = java(), 21 if version().startswith("20") else 17
    if not program:
        return "Java is not installed"
    if (release := _java_release(program)) < needed:
        return f"Neo4j {version()} needs Java {needed} or later, and {program} is {release or 'no working Java'}"
    if not library().is_dir() and "NEO4J_SERVER_LIB" in os.environ:
        return f"NEO4J_SERVER_LIB names {library()}, which is no folder"
    if not library().is_dir() and not shutil.which("mvn"):
        return "Maven is not installed, and the server's jars are not in the cache"
    return None


def library() -> Path:
    """The folder of the server's jars: NEO4J_SERVER_LIB, else one in the user's cache."""
    if given := os.environ.get("NEO4J_SERVER_LIB"):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nhs-graph" / f"neo4j-{version()}"


def fetch() -> Path:
    """The jars, fetched by the first that asks; others wait for it. What is cut off leaves no half library.

    Raises ServerProblem when Maven cannot fetch them.
    """
    target = library()
    if not target.is_dir():
        target.parent.mkdir(parents=True, exist_ok=True)
        with _alone(target.with_name(f"{target.name}.lock")):
            if not target.is_dir():
                _download(target)
    return target


def _download(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fresh = Path(folder) / "lib"
        command = ["mvn", "-q", "-B", "-f", str(POM), f"-Dneo4j.version={version()}", "dependency:copy-dependencies"]
        told = subprocess.run(
            [*command, "-DincludeScope=runtime", f"-DoutputDirectory={fresh}"], capture_output=True, text=True
        )
        if told.returncode:
            raise ServerProblem(f"Maven cannot fetch Neo4j {version()}:\n{told.stdout[-1000:]}{told.stderr[-1000:]}")
        fresh.rename(target)


@contextmanager
def _alone(lock: Path) -> Generator[None, None, None]:
    """Waits until no other process of this user is inside."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
