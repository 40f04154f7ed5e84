"""Server of files on loopback that stops in the middle of each until it is allowed to go on."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.limits import WAIT_S


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.go_on = threading.Event()
        self.ranges: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        content, asked = self.server.files[self.path.strip("/")], self.headers.get("Range", "")
        self.server.ranges.append(asked)
        first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - first))
        self.end_headers()
        half = max(len(content) // 2, first)
        self.wfile.write(content[first:half])
        self.wfile.flush()
        self.server.go_on.wait(WAIT_S)
        try:
            self.wfile.write(content[half:])
        except OSError:
            # The window has stopped the download.
            self.close_connection = True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[tuple[str, _Server]]:
    """Serve files by their names; yields the address and the server."""
    server = _Server(files)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", server
    finally:
        server.go_on.set()
        server.shutdown()
        thread.join()
        server.server_close()
