"""What the window asks of the calibration engine: callables that the program hands to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import AdvanceRequest, RunRequest

__all__ = ["Advance", "Emit", "Engine", "Processes", "SaveRequest"]

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class SaveRequest:
    """A finished result and the name that it is to have.

    Attributes
    ----------
    result : Path
        The finished file, in the session's own folder.
    target : Path
        The file to write.
    overwrite : bool
        Whether the analyst agreed to replace a file of that name.
    inputs : tuple of Path
        Files that may never be replaced.
    """

    result: Path
    target: Path
    overwrite: bool
    inputs: tuple[Path, ...]


Advance = Callable[[AdvanceRequest, Emit, threading.Event], EndEvent]


@dataclass(frozen=True)
class Processes:
    """The engine in processes of their own, for exposures that are taken to their results in one go.

    Attributes
    ----------
    prepare : callable
        ``prepare(folder) -> Path``: start what takes a while, after the engine has been loaded, and make a folder for
        what the processes tell each other inside the one given. Returns when they can be used.
    calibrate : callable
        ``calibrate(request, emit, cancel) -> EndEvent``: calibrate one product, with a share, in any of them; several
        threads may call it. Emits events in the calling thread, the end event last, always.
    close : callable
        ``close()``: end the processes and remove the folder; they may be prepared again.
    """

    prepare: Callable[[Path], Path]
    calibrate: Callable[[RunRequest, Emit, threading.Event], EndEvent]
    close: Callable[[], None]


@dataclass(frozen=True)
class Engine:
    """The engine's services; each blocks, raises `WfsguiError` with one sentence, and is called in a worker thread.

    Attributes
    ----------
    load : callable
        ``load() -> EngineInfo``: import the engine. Called once, before anything but `save` and `demonstration`.
    advance : callable
        ``advance(request, emit, cancel) -> EndEvent``: take one product further. Emits events in the calling thread,
        the end event last, always; looks at the flag ``cancel`` before each step.
    release : callable
        ``release(key)``: forget the session that is kept under a key, if there is one.
    references : callable
        ``references(product) -> mapping of str to str``: the reference files that a run of a product would use, by
        type, see `wfsgui.core.visit.preflight.EngineKnowledge`. Fetches nothing.
    save : callable
        ``save(request) -> Path``: give a finished result its place. The name never holds half a file.
    demonstration : callable or None
        ``demonstration(say) -> tuple of Product``: make the demonstration visit and its reference files, telling what
        takes a while by ``say(sentence)``. None in a window that uses other reference files.
    explain : callable
        ``explain(error, doing) -> str``: say in one sentence what went wrong.
    processes : Processes
        The engine in processes of their own.
    close : callable
        ``close()``: end everything, after the last of these calls has returned.
    """

    load: Callable[[], EngineInfo]
    advance: Advance
    release: Callable[[str], None]
    references: Callable[[Product], Mapping[str, str]]
    save: Callable[[SaveRequest], Path]
    demonstration: Callable[[Callable[[str], None]], tuple[Product, ...]] | None
    explain: Callable[[BaseException, str], str]
    processes: Processes
    close: Callable[[], None]
