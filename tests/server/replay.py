"""A web server on this machine that gives the answers it is told to give, with the faults of real ones."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep


@dataclass
class Answer:
    """One answer. `announced` is the length that it claims; `cut` the bytes after which the connection breaks."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    announced: int | None = None
    cut: int | None = None
    slow: float = 0


@dataclass
class Replay:
    """What is served, path by path: the answers in turn, the last one for ever; and what was asked."""

    url: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])

    def give(self, path: str, *answers: Answer) -> str:
        """Serve these answers at a path; returns its address."""
        self.answers[path] = list(answers)
        return self.url + path

    def requests(self, path: str) -> list[dict[str, str]]:
        """The headers of each request of a path."""
        return [headers for asked, headers in self.asked if asked == path]


@contextmanager
def serving() -> Generator[Replay]:
    """A running server, until the block ends."""
    replay = Replay()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            replay.asked.append((self.path, dict(self.headers)))
            waiting = replay.answers.get(self.path, [Answer(b"nothing here", 404)])
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            body, status, headers = answer.body, answer.status, dict(answer.headers)
            first, version = self.headers.get("Range"), headers.get("ETag") or headers.get("Last-Modified")
            if status == 200 and first and version and self.headers.get("If-Range") == version:
                start = int(first.removeprefix("bytes=").removesuffix("-"))
                headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
                body, status = body[start:], 206
            elif status == 200 and version and version == self.headers.get("If-None-Match"):
                body, status = b"", 304
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(body) if answer.announced is None else answer.announced))
            self.end_headers()
            sleep(answer.slow)
            self.wfile.write(body[: answer.cut])
            self.close_connection = answer.cut is not None or answer.announced is not None

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    replay.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield replay
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
