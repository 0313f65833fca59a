"""docker-compose.yml is a valid Compose file, closed to other machines, and a real server takes its settings."""

import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import yaml
from neo4j import GraphDatabase

from tests.server import jars, neo4j_server

ROOT = Path(__file__).parents[1]


def compose() -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def service() -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"]["neo4j"]
    return found


def server_settings() -> dict[str, str]:
    """What the image writes to neo4j.conf: `_` in a variable's name stands for a dot, `__` for an underscore."""
    return {
        name.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_"): str(value)
        for name, value in service()["environment"].items()
        if name != "NEO4J_AUTH"
    }


@cache
def specification() -> dict[str, Any]:
    """The JSON schema of the Compose specification. It ships with check-jsonschema; nothing is fetched."""
    path = resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))


def test_it_follows_the_compose_specification() -> None:
    jsonschema.validate(compose(), specification())


@pytest.mark.parametrize("wrong", [{"healthchek": {}}, {"ports": "7474:7474"}, {"mem_limit": [2]}])
def test_the_specification_finds_mistakes(wrong: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"services": {"neo4j": {**service(), **wrong}}}, specification())


def test_its_version_is_the_one_that_the_tests_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_SERVER_VERSION", raising=False)
    assert service()["image"] == f"neo4j:{jars.version()}-community"


def test_no_other_machine_can_connect() -> None:
    assert service()["ports"] == ["127.0.0.1:7474:7474", "127.0.0.1:7687:7687"]


def test_a_missing_password_is_an_error() -> None:
    assert service()["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")


def test_the_data_outlives_the_container() -> None:
    volume, _, folder = service()["volumes"][0].partition(":")
    assert folder == "/data"
    assert volume in compose()["volumes"]


def test_files_of_the_server_cannot_be_read() -> None:
    settings = server_settings()
    assert settings["dbms.security.allow_csv_import_from_file_urls"] == "false"
    assert settings["server.directories.import"] == "import"


@pytest.mark.neo4j
@pytest.mark.usefixtures("neo4j_scratch")  # skips, or fails where required, when none can be started
def test_a_real_server_takes_its_settings(tmp_path: Path) -> None:
    settings = server_settings()
    with (
        neo4j_server.start(tmp_path, "for-tests-only", settings) as server,
        GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]  # the driver does not type its options
            server.uri, auth=("neo4j", server.password)
        ) as driver,
    ):
        rows = driver.execute_query("SHOW SETTINGS YIELD name, isExplicitlySet WHERE isExplicitlySet").records
    assert {row["name"] for row in rows} >= settings.keys()


@pytest.mark.neo4j
@pytest.mark.usefixtures("neo4j_scratch")  # skips, or fails where required, when none can be started
def test_a_misspelt_setting_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(neo4j_server.ServerProblem, match=r"dbms\.usage_reprot\.enabled"):
        neo4j_server.start(tmp_path, "for-tests-only", {"dbms.usage_reprot.enabled": "false"})
