"""A stub of a CRDS server on loopback, which serves the files of a cache."""

from __future__ import annotations

import ast
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from wfsgui.demo.references.crds_cache import CONTEXT_NAME


@dataclass
class CrdsServer:
    """What is served, and what was asked for.

    Attributes
    ----------
    url : str
        Address for CRDS_SERVER_URL.
    damaged : set of str
        Files that arrive with other bytes than promised.
    served : list of str
        Base names of the files fetched.
    """

    url: str
    damaged: set[str] = field(default_factory=set)
    served: list[str] = field(default_factory=list)


@contextmanager
def serving(cache: Path) -> Iterator[CrdsServer]:
    """Serve a cache for the duration of a block."""
    files = {path.name: path for folder in ("mappings", "references") for path in (cache / folder).rglob("*.*")}
    state = CrdsServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            method = urlsplit(self.path).path.split("/")[2]
            self._send(json.dumps({"error": None, "result": _answer(method, cache, files, state.url)}).encode())

        def do_GET(self) -> None:
            name = self.path.rpartition("/")[2]
            if name not in files:
                self.send_error(404)
                return
            state.served.append(name)
            content = files[name].read_bytes()
            self._send(content[::-1] if name in state.damaged else content)

        def _send(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the terminal free of requests."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def _answer(method: str, cache: Path, files: dict[str, Path], url: str) -> object:
    match method:
        case "get_server_info":
            info = ast.literal_eval((cache / "config" / "jwst" / "server_config").read_text("utf-8"))
            links = {f"{kind}_url": {"jwst": f"{url}/files/"} for kind in ("mapping", "reference")}
            return info | links | {"download_metadata": _metadata(files)}
        case "get_default_context" | "get_build_context":
            return CONTEXT_NAME
        case "get_mapping_names":
            return sorted(name for name in files if name.endswith("map"))
        case _:
            raise ValueError(f"the stub knows no {method}")


def _metadata(files: dict[str, Path]) -> dict[str, dict[str, str]]:
    return {
        name: {"size": str(path.stat().st_size), "sha1sum": hashlib.sha1(path.read_bytes()).hexdigest()}
        for name, path in files.items()
    }
