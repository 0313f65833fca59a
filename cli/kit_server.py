"""A web server for the Browser kit: on this machine alone, with the header that lets Neo4j Browser read it."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        """Any page may read the kit: it is public, and the Browser is served from another port."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Neo4j Browser asks first whether it may send its own headers."""
        self.send_response(204)
        self.send_header("Access-Control-Allow-Methods", "GET")
        self.send_header("Access-Control-Allow-Headers", self.headers.get("Access-Control-Request-Headers", "*"))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: stderr is for the user."""


def server(folder: Path, port: int) -> ThreadingHTTPServer:
    """A server of the folder on a port of loopback, 0 for any free one; not yet running.

    Raises OSError when the port is taken.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, directory=str(folder)))
