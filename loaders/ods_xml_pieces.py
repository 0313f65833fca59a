"""A release in XML as a stream: cut into pieces of whole records, which worker processes parse, in the file's order.

A piece ends after `</Organisation>`; each worker has one piece at a time, so that memory does not grow with the file.
A comment that holds that very text would end a piece too early: then the file is refused, never misread. What stands
around the records is parsed as a document of its own: a file that ends too early is found, and a document type
declaration is refused, so that no entity is ever resolved.
"""

import marshal
import re
from collections import Counter, deque
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import BinaryIO, cast
from xml.parsers import expat

from nhs_graph.graph.errors import NhsGraphError, RowProblem, SourceProblem
from nhs_graph.graph.register import Batch, Row
from nhs_graph.loaders.ods_record import Rows, bad_day
from nhs_graph.loaders.ods_xml import Reading, line_of

PIECE_BYTES = 1 << 20
WORKERS = 2
MOST = 1 << 26
"""A head or a single record of more bytes is no release."""
_FIRST = re.compile(rb"<Organisation[\s>]")
_LAST = b"</Organisation>"
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_READABLE = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1"})
_MANIFEST = frozenset(
    {"Version", "PublicationType", "PublicationDate", "RecordCount", "ContentDescription"}
    | {"PublicationSource", "PublicationSeqNum", "FileCreationDateTime", "PrimaryRoleScope"}
)

Piece = tuple[str, int, str, bytes]
"""The file's name, the line where the piece begins, the encoding, the text."""
Answer = tuple[tuple[list[Row], ...], dict[str, int], dict[str, int], list[tuple[object, ...]]]
"""Rows, what was left out, what was unknown, and the facts of each record that was rejected."""
_TOLD = ("file", "line", "column", "value", "expected")


class Document:
    """One XML release as it is read: `manifest` is known at once, the counts when `batches` has come to its end.

    Raises SourceProblem for what is no release.
    """

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self.name = name
        self.left_out: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.rejects: list[RowProblem] = []
        self.records = 0
        self._stream = stream
        self._rest = stream.read(PIECE_BYTES)
        self._encoding = _encoding(name, self._rest)
        self._line = 1
        self._around = _Around(name, self._encoding, self.unknown)
        self._around.feed(self._cut_head(), final=False)
        self.manifest = self._around.manifest

    def batches(self) -> Iterator[Batch]:
        """The rows of all records that can be read. Raises SourceProblem with the line."""
        pieces = self._pieces()
        first, second = next(pieces, None), next(pieces, None)
        if first and second:
            yield from self._by_workers(first, second, pieces)
        elif first:
            yield self._took(_parsed(first))
        self._around.first_line = self._line
        self._around.feed(self._rest, final=True)

    def _cut_head(self) -> bytes:
        while not (found := _FIRST.search(self._rest)):
            if len(self._rest) > MOST or not self._more():
                head, self._rest = self._rest, b""
                return head
        head, self._rest = self._rest[: found.start()], self._rest[found.start() :]
        self._line += head.count(b"\n")
        return head

    def _more(self) -> bool:
        read = self._stream.read(PIECE_BYTES)
        self._rest += read
        return bool(read)

    def _pieces(self) -> Iterator[Piece]:
        more = True
        while True:
            while more and len(self._rest) < PIECE_BYTES:
                more = self._more()
            end = self._rest.rfind(_LAST)
            if end < 0 and more and len(self._rest) < MOST:
                more = self._more()
                continue
            if end < 0:
                return
            cut = end + len(_LAST)
            piece, self._rest = self._rest[:cut], self._rest[cut:]
            yield self.name, self._line, self._encoding, piece
            self._line += piece.count(b"\n")

    def _by_workers(self, first: Piece, second: Piece, others: Iterator[Piece]) -> Iterator[Batch]:
        with _Workers(self.name) as workers:
            for piece in _chained(first, second, others):
                answer = workers.next_answer() if workers.busy else None
                workers.send(piece)
                if answer:
                    yield self._took(answer)
            while workers.waiting:
                yield self._took(workers.next_answer())

    def _took(self, answer: Answer) -> Batch:
        rows, left_out, unknown, rejects = answer
        self.left_out.update(left_out)
        self.unknown.update(unknown)
        self.rejects += [RowProblem(*cast("tuple[str, int, str, str, str]", told)) for told in rejects]
        self.records += len(rows[0]) + len(rejects)
        return Batch(*rows)


class _Workers:
    """Processes that parse pieces; each has at most one, and ends when this process is gone."""

    def __init__(self, name: str) -> None:
        self.waiting: deque[Connection] = deque()
        self._name = name
        self._sent = 0
        context = get_context("spawn")
        pipes = [context.Pipe() for _ in range(WORKERS)]
        self._ours = [here for here, _ in pipes]
        self._processes = [context.Process(target=work, args=(there,), daemon=True) for _, there in pipes]
        for process, (_, there) in zip(self._processes, pipes, strict=True):
            process.start()
            there.close()  # else a worker would not see that this process is gone

    @property
    def busy(self) -> bool:
        """Whether every worker has a piece."""
        return len(self.waiting) == WORKERS

    def send(self, piece: Piece) -> None:
        connection = self._ours[self._sent % WORKERS]
        connection.send_bytes(marshal.dumps(piece[:-1]))
        connection.send_bytes(piece[-1])  # as it is: no copy of half a gigabyte
        self.waiting.append(connection)
        self._sent += 1

    def next_answer(self) -> Answer:
        try:
            found = marshal.loads(self.waiting.popleft().recv_bytes())
        except (EOFError, ConnectionError) as error:
            raise SourceProblem(
                f"a process that was reading {self._name} was ended", hint="load it again; nothing was loaded"
            ) from error
        if found[0] == "file":
            raise SourceProblem(found[1], hint=found[2])
        return cast("Answer", found)

    def __enter__(self) -> "_Workers":
        return self

    def __exit__(self, *_: object) -> None:
        for connection, process in zip(self._ours, self._processes, strict=True):
            connection.close()
            process.terminate()
            process.join()


def work(connection: Connection) -> None:
    """What a worker does: parse pieces until the process that sends them is gone."""
    import gc

    gc.disable()  # trees of elements have no cycles, and looking for them takes as long as parsing
    while True:
        try:
            name, line, encoding = marshal.loads(connection.recv_bytes())
            piece = (name, line, encoding, connection.recv_bytes())
        except (EOFError, ConnectionError):
            return
        try:
            answer = marshal.dumps(_parsed(piece), 2)
        except NhsGraphError as problem:
            answer = marshal.dumps(("file", problem.message, problem.hint))
        connection.send_bytes(answer)


def _parsed(piece: Piece) -> Answer:
    name, line, encoding, text = piece
    reading, rows = Reading(name), Rows()
    made = rows.batch(reading.records(text, encoding, line))
    undated = [bad_day(name, line + line_of(text, code), code, value) for code, value in rows.rejects]
    told = [tuple(problem.facts[name] for name in _TOLD) for problem in (*reading.rejects, *undated)]
    return (
        (made.bodies, made.kinds, made.links, made.pairs),
        dict(reading.left_out + rows.left_out),
        dict(reading.unknown),
        sorted(told),
    )


def _chained(first: Piece, second: Piece, others: Iterator[Piece]) -> Iterator[Piece]:
    yield first
    yield second
    yield from others


class _Around:
    """What stands before and after the records: the manifest, and the ends of the document."""

    def __init__(self, name: str, encoding: str, unknown: Counter[str]) -> None:
        self.manifest: dict[str, str] = {}
        self.first_line = 1
        self._name, self._unknown = name, unknown
        self._path: list[str] = []
        self._fed = 0
        self._parser = expat.ParserCreate(encoding)
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda _: self._path.pop()

    def feed(self, text: bytes, *, final: bool) -> None:
        """Parse the next part; its first line is `first_line`."""
        self._before = self._fed + 1
        self._fed += text.count(b"\n")
        try:
            self._parser.Parse(text, final)
        except expat.ExpatError as error:
            raise self._problem(f"is not well-formed: {expat.ErrorString(error.code)}", error.lineno) from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        path = [*self._path, tag]
        self._path = path
        if len(path) == 1 and not tag.endswith("OrgRefData"):
            raise self._problem(f"is no release of the register: its root is {tag}", self._parser.CurrentLineNumber)
        if len(path) == 2 and tag not in {"Manifest", "CodeSystems", "Organisations"}:
            self._unknown[tag] += 1
        if len(path) == 3 and path[1] == "Manifest":
            if tag not in _MANIFEST:
                self._unknown[f"Manifest/{tag}"] += 1
            self.manifest[tag] = attributes.get("value", "")
        if len(path) > 2 and path[1] == "Organisations":
            self._unknown[f"Organisations/{tag}"] += 1

    def _refuse(self, *_: object) -> None:
        raise self._problem("has a document type declaration, which is refused", self._parser.CurrentLineNumber)

    def _problem(self, what: str, line: int) -> SourceProblem:
        at = self.first_line + line - self._before
        return SourceProblem(
            f"{self._name}:{at}: the file {what}", hint="fetch the release again; nothing was loaded", line=at
        )


def _encoding(name: str, start: bytes) -> str:
    found = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf").lstrip())
    encoding = found.group(1).decode().lower() if found else "utf-8"
    if encoding not in _READABLE or start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise SourceProblem(f"{name} is not written in UTF-8", hint="convert it to UTF-8", encoding=encoding)
    return encoding
