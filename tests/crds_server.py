"""A stub of a CRDS server on loopback, which serves the files of a cache; it can also be slow, broken and lying."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from wfsgui.demo.references.crds_cache import CONTEXT_NAME

__all__ = ["NOBODY", "CrdsServer", "add_context", "connected", "serving"]

NOBODY = "http://127.0.0.1:9"
"""An address at which nobody listens."""

_SLEEP_LIMIT_S = 60.0
_BLOCK = 1 << 16
_RANGE = re.compile(r"bytes=(\d+)-")


@dataclass
class CrdsServer:
    """What is served, and what was asked for.

    Attributes
    ----------
    url : str
        Address for CRDS_SERVER_URL.
    damaged : set of str
        Files that arrive with other bytes than promised.
    cut : set of str
        Files whose connection is closed after a half.
    stalled : set of str
        Files of which nothing more is sent after a half, until `release` is set.
    longer : set of str
        Files that arrive with more bytes than published.
    absent : set of str
        Files that the server does not have, although it lists them.
    silent : set of str
        Methods that are not answered until `release` is set; ``*`` for all.
    answers : dict of str to bytes
        Answers in place of the right ones, by method; ``*`` for all.
    status : int
        Status of all answers.
    ranges : bool
        Whether a part of a file can be asked for.
    latest : str
        The context that is the latest, and that of the installed jwst.
    release : threading.Event
        Ends what is stalled or silent.
    served : list of str
        Base names of the files fetched.
    starts : list of int
        First byte of each of these requests.
    calls : list of str
        Methods that were called.
    stalls : threading.Event
        Set when something is stalled or silent.
    """

    url: str
    damaged: set[str] = field(default_factory=set)
    cut: set[str] = field(default_factory=set)
    stalled: set[str] = field(default_factory=set)
    longer: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    answers: dict[str, bytes] = field(default_factory=dict)
    status: int = 200
    ranges: bool = True
    latest: str = CONTEXT_NAME
    release: threading.Event = field(default_factory=threading.Event)
    served: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    stalls: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        """Wait until the test releases the server."""
        self.stalls.set()
        self.release.wait(_SLEEP_LIMIT_S)


@contextmanager
def serving(cache: Path) -> Iterator[CrdsServer]:
    """Serve a cache for the duration of a block."""
    state = CrdsServer("")

    class Handler(_Handler):
        pass

    Handler.state, Handler.cache = state, cache
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            state.release.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    state: CrdsServer
    cache: Path

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        parameters = json.loads(self.rfile.read(length))["params"]
        method = urlsplit(self.path).path.split("/")[2]
        self.state.calls.append(method)
        if {method, "*"} & self.state.silent:
            self.state.wait()
            return
        answer = self.state.answers.get(method, self.state.answers.get("*"))
        self._send(answer if answer is not None else self._answer(method, parameters))

    def _answer(self, method: str, parameters: list[object]) -> bytes:
        try:
            result = _result(method, parameters, self.cache, self.state)
        except LookupError as error:
            fault = {"message": str(error), "code": 500, "name": "OtherError"}
            return json.dumps({"error": fault, "result": None}).encode()
        return json.dumps({"error": None, "result": result}).encode()

    def do_GET(self) -> None:
        name, state = self.path.rpartition("/")[2], self.state
        path = _files(self.cache).get(name)
        if path is None or name in state.absent:
            self.send_error(404)
            return
        content = path.read_bytes()
        content = content[::-1] if name in state.damaged else content + b"!" if name in state.longer else content
        asked = _RANGE.match(self.headers.get("Range", "")) if state.ranges else None
        start = int(asked[1]) if asked else 0
        state.served.append(name)
        state.starts.append(start)
        if start >= len(content):
            self.send_error(416)
            return
        self._send(content, name, start, partial=asked is not None)

    def _send(self, content: bytes, name: str = "", start: int = 0, *, partial: bool = False) -> None:
        rest = content[start:]
        self.send_response(206 if partial else self.state.status)
        self.send_header("Content-Length", str(len(rest)))
        if partial:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        half = len(rest) // 2
        stops = name in self.state.cut or name in self.state.stalled
        self.wfile.write(rest[:half] if stops else rest)
        if name in self.state.stalled:
            self.wfile.flush()
            self.state.wait()

    def log_message(self, *_: object) -> None:
        """Keep the terminal free of requests."""


def _files(cache: Path) -> dict[str, Path]:
    return {path.name: path for folder in ("mappings", "references") for path in (cache / folder).rglob("*.*")}


def _result(method: str, parameters: list[object], cache: Path, state: CrdsServer) -> object:
    files = _files(cache)
    match method:
        case "get_server_info":
            info = ast.literal_eval((cache / "config" / "jwst" / "server_config").read_text("utf-8"))
            links = {f"{kind}_url": {"jwst": f"{state.url}/files/"} for kind in ("mapping", "reference")}
            contexts = {"latest_context": state.latest, "operational_context": state.latest}
            names = sorted(name for name in files if name.endswith("map"))
            return info | links | contexts | {"mappings": names, "download_metadata": _metadata(files)}
        case "get_default_context" | "get_build_context":
            return state.latest
        case "get_context_by_date":
            if str(parameters[0]) < "jwst-2021":
                raise LookupError("there was no context before")
            return CONTEXT_NAME
        case "get_mapping_names":
            return sorted(name for name in files if name.endswith("map"))
        case _:
            raise LookupError(f"the stub knows no {method}")


def _metadata(files: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    return {
        name: {"size": str(path.stat().st_size), "sha1sum": hashlib.sha1(path.read_bytes()).hexdigest()}
        for name, path in files.items()
    }


def add_context(cache: Path, number: int, kind: str, old: str, new: str) -> str:
    """Add a context to a cache in which the NIRCam rules of one reference type name another file.

    Parameters
    ----------
    cache : Path
        Folder of the cache.
    number : int
        Number of the context, with four digits.
    kind : str
        Reference type.
    old, new : str
        Base name of a file in the rules, and what they name instead.

    Returns
    -------
    str
        Name of the context.
    """
    rule, mapping, context = f"jwst_nircam_{kind}", "jwst_nircam", "jwst"
    folder = cache / "mappings" / "jwst"
    changes = {old: new}
    for stem, ending in ((rule, ".rmap"), (mapping, ".imap"), (context, ".pmap")):
        before, after = f"{stem}_demonstration{ending}", f"{stem}_{number}{ending}"
        changes[before] = after
        text = (folder / before).read_text("utf-8")
        for found, replacement in changes.items():
            text = text.replace(found, replacement)
        (folder / after).write_text(_with_checksum(text), "utf-8")
    return f"{context}_{number}.pmap"


def _with_checksum(text: str) -> str:
    rest = "".join(line for line in text.splitlines(keepends=True) if "sha1sum" not in line)
    digest = hashlib.sha1(rest.encode()).hexdigest()
    return re.sub(r"('sha1sum' : ')[0-9a-f]{40}'", rf"\g<1>{digest}'", text)


@contextmanager
def connected(cache: Path, url: str, **environ: str) -> Iterator[None]:
    """Connect crds in this process with a server and a cache, for the duration of a block.

    Parameters
    ----------
    cache : Path
        Folder of the cache.
    url : str
        Address of the server.
    **environ : str
        Further environment variables.
    """
    from crds.client import api
    from crds.core import config, utils

    settings = {"CRDS_PATH": str(cache), "CRDS_SERVER_URL": url, **environ}
    before = {name: os.environ.get(name) for name in (*settings, "CRDS_CONTEXT")}
    server = api.get_crds_server()
    os.environ.pop("CRDS_CONTEXT", None)
    os.environ.update(settings)
    api.set_crds_server(url)
    utils.clear_function_caches()
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        api.set_crds_server(server)
        config.set_cache_readonly(readonly=False)
        utils.clear_function_caches()
