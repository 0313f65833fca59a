"""Two thousand broken files: each loads as it is or ends with an error that names the file; the store stays whole."""

import io
import random
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.graph.facts import Fact
from nhs_graph.graph.store import Store, every_fact, open_store
from nhs_graph.loaders import releases
from tests import ods

pytestmark = pytest.mark.slow

FILES = 2000
LONGEST_SECONDS = 10
LIFE = ods.date("2001-04-01", "2010-03-31", "Legal")
RELEASE = ods.release(
    [
        ods.practice(
            f"A8100{number}",
            f"PRACTICE {number}",
            rels=[ods.rel("RE4", "15E", LIFE), ods.rel("RE8", "U02795", LIFE, "RO272")],
            succs=[ods.succ("Successor", "A81001", "2010-04-01")],
        )
        for number in range(8)
    ],
    "2026-01-01",
).encode()
REPORT = "\r\n".join(
    f'"R0{letter}","THE {letter} NHS TRUST","Y62","QOP","HOUSE, EAST","","","","","","20171001",""'
    + ',""' * 11
    + ',"B","","",""'
    for letter in "ABCDEFGH"
).encode()
ANSWER = (
    b'{"Organisation": {"Name": "A TRUST", "Date": [{"Type": "Legal", "Start": "2001-04-01"}], "OrgId": {"extension": '
    b'"RWR"}, "LastChangeDate": "2020-04-06", "Roles": {"Role": [{"id": "RO197", "primaryRole": true, "Date": []}]}}}'
)


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def flipped(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        found[chance.randrange(len(found))] = chance.randrange(256)
    return bytes(found)


def doubled(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    return data[:last] + data[first:]


def dropped(data: bytes, chance: random.Random) -> bytes:
    first = chance.randrange(len(data))
    return data[:first] + data[first + chance.randrange(1, 60) :]


def encoded(data: bytes, chance: random.Random) -> bytes:
    return data.decode().encode(chance.choice(["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037"]))


def huge(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([chance.choice(b"A<\"',0[")]) * chance.choice([1000, 200_000]) + data[place:]


def nested(data: bytes, chance: random.Random) -> bytes:
    place = data.find(chance.choice([b"<Name>", b"<Roles>", b'"Date"', b'"THE']))
    return data[:place] + chance.choice([b"<Rels>", b"[", b'{"a":']) * chance.choice([100, 20_000]) + data[place:]


def bombed(data: bytes, chance: random.Random) -> bytes:
    entities = b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (i + 1, i, i) for i in range(30))
    return data.replace(b"<HSCOrgRefData:", b'<!DOCTYPE a [<!ENTITY a0 "ha">' + entities + b"]><HSCOrgRefData:", 1)


def zipped(data: bytes, chance: random.Random) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("full.xml", data + b" " * chance.choice([0, 20_000_000]))
    return chance.choice([cut, flipped, dropped])(held.getvalue(), chance)


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    cut,
    flipped,
    doubled,
    dropped,
    encoded,
    huge,
    nested,
    bombed,
    zipped,
]


def outcome(store: Store, path: Path, before: list[Fact]) -> str:
    """What became of loading a file; after an error the store must be as it was."""
    try:
        kind = releases.recognised(path)
        if not kind:
            return "of no known kind"
        releases.load(store, [(path, kind)], "2026-01-01")
    except (SourceProblem, UsageProblem) as problem:
        said = problem.message
    else:
        return "loaded"
    assert path.name in said
    assert list(every_fact(store)) == before
    return "refused"


def test_broken_files_load_or_are_refused_by_name(tmp_path: Path) -> None:
    chance = random.Random(20260401)
    outcomes: Counter[str] = Counter()
    store = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    store.replace([], {})
    before = list(every_fact(store))
    for number in range(FILES):
        path = tmp_path / f"file-{number}.dat"
        data = chance.choice([RELEASE, RELEASE, REPORT, ANSWER])
        path.write_bytes(chance.choice(MUTATIONS)(data, chance))
        start = time.monotonic()
        done = outcome(store, path, before)
        assert time.monotonic() - start < LONGEST_SECONDS, path
        if done == "loaded":
            before = list(every_fact(store))
        outcomes[done] += 1
        path.unlink()
    store.close()
    print(f"\n{dict(outcomes)}")
    assert min(outcomes["loaded"], outcomes["refused"]) > FILES / 20, "too mild or too harsh to show much"
