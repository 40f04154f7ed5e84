"""State of CRDS in this process, and the contexts that can be chosen."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from crds.client import api
from crds.core import config
from crds.core.exceptions import CrdsError

from wfsgui.core.crds.cache_folder import cache_state
from wfsgui.core.crds.faults import CrdsFaultError
from wfsgui.core.crds.server import ask_server, asks_no_server
from wfsgui.core.crds.state import CrdsContexts, CrdsState, Mode, Reason, ServerKind
from wfsgui.pipeline.crds.connection import (
    OBSERVATORY,
    cache_path,
    connect,
    context_in_force,
    is_asked,
    server_address,
    server_config,
    server_info,
)
from wfsgui.pipeline.crds_environment import SETTINGS, chosen_settings

__all__ = ["crds_contexts", "crds_state", "offline_context"]

_CONTEXT: Final = "CRDS_CONTEXT"
# Context of the demonstration, which this package does not know otherwise.
_DEMONSTRATION: Final = "jwst_demonstration.pmap"
_ENDING: Final = ".pmap"
_STATE_TIMEOUT_S: Final = 5.0


def crds_state() -> CrdsState:
    """Describe CRDS: context and why, server, mode and cache. The server is asked now."""
    was_asked, first = is_asked(), connect()
    server = ask_server(server_address(), timeout=_STATE_TIMEOUT_S) if was_asked else first
    fault = None
    try:
        context = context_in_force()
    except CrdsFaultError as error:
        context, fault = "", error.fault
    is_off = first.fault is not None
    return CrdsState(
        context=context,
        reason=_reason(context, is_off=is_off),
        mode=_mode(is_off=is_off),
        server=server,
        cache=cache_state(cache_path()),
        offline_context=offline_context(),
        fault=fault,
        settings={name: os.environ.get(name, "") for name in SETTINGS},
        chosen=chosen_settings(),
        restart_connects=is_off and server.kind is ServerKind.REACHABLE,
    )


def _mode(*, is_off: bool) -> Mode:
    if asks_no_server(server_address()):
        return Mode.SERVERLESS
    return Mode.OFFLINE if is_off else Mode.SERVER


def _reason(context: str, *, is_off: bool) -> Reason:
    if not context:
        return Reason.UNKNOWN
    if context == _DEMONSTRATION:
        return Reason.DEMONSTRATION
    if os.environ.get(_CONTEXT):
        return Reason.SETTING if _CONTEXT in chosen_settings() else Reason.ENVIRONMENT
    if is_off or asks_no_server(server_address()):
        return Reason.CACHED
    # For jwst, crds takes the context of the installed version, and the latest one if the server knows none for it.
    return Reason.OPERATIONAL if context == _latest(server_info()) else Reason.BUILD


def offline_context() -> str:
    """Return the context that crds would use if no server answered; empty if it could not work."""
    kept = _kept_info()
    if not kept:
        return ""
    return os.environ.get(_CONTEXT, "") or _latest(kept)


def _kept_info() -> dict[str, Any]:
    """Read what the server has told last; empty if there is nothing, or it cannot be read."""
    try:
        content = ast.literal_eval(server_config().read_text("utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return {}
    return content if isinstance(content, dict) else {}


def _latest(info: Mapping[str, Any]) -> str:
    return str(info.get("latest_context") or info.get("operational_context") or "")


def crds_contexts() -> CrdsContexts:
    """List the contexts that can be chosen: those in the cache, and those that the server lists."""
    try:
        current = context_in_force()
    except CrdsFaultError:
        current = ""
    try:
        info: Mapping[str, Any] = server_info()
    except CrdsFaultError:
        info = {}
    folder = Path(config.locate_mapping(f"any{_ENDING}", OBSERVATORY)).parent
    known = [str(name) for name in info.get("mappings") or () if str(name).endswith(_ENDING)]
    named = {"latest": _latest(info), "edit": str(info.get("edit_context") or ""), "build": _build(info)}
    return CrdsContexts(
        current=current,
        cached=_newest_first([path.name for path in folder.glob(f"*{_ENDING}")]),
        known=_newest_first(known),
        named={name: context for name, context in named.items() if context},
    )


def _build(info: Mapping[str, Any]) -> str:
    """Ask the server for the context of the installed jwst."""
    if not info.get("connected") or config.get_cache_readonly():
        return ""
    try:
        return str(api.get_build_context(OBSERVATORY))
    except (CrdsError, ValueError, KeyError):
        return ""


def _newest_first(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=lambda name: [int(part) for part in re.findall(r"\d+", name)], reverse=True))
