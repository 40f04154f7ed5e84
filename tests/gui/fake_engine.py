"""An engine without jwst: it tells the events of a run, and waits where a test wants it to."""

from __future__ import annotations

import threading
from itertools import count
from pathlib import Path
from typing import Final

from tests.gui import fakes
from tests.limits import WAIT_S
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import (
    EndEvent,
    ExposureOpened,
    ProductFinished,
    ProductResult,
    ProductState,
    RunCancelled,
    RunFailed,
    RunFinished,
    StepStarted,
)
from wfsgui.core.model.requests import AdvanceRequest, RunRequest
from wfsgui.core.model.stages import STEPS
from wfsgui.gui.engine_api import Emit, Engine, Processes, SaveRequest

FACTS = EngineInfo(
    versions={"jwst": "9.9.9"},
    crds={"CRDS_PATH": "/cache", "CRDS_SERVER_URL": "https://example.invalid", "CRDS_CONTEXT": ""},
    flag_meanings={"DO_NOT_USE": "Bad pixel. Do not use."},
)

# Only a test that forgot to open the gate waits so long, s.
_GATE_LIMIT: Final = 2 * WAIT_S


class FakeEngine:
    """Keep the promises of the engine.

    Attributes
    ----------
    gate : threading.Event
        Every step waits for it; set at first.
    begun : list of (str, str)
        Product and step of each step that has begun. A stop that comes later takes effect after this step.
    fails_at : dict of str to str
        Step and the sentence with which it fails.
    refuses : str
        The sentence with which it fails before the first step; empty to do what is asked for.
    waits_for_stop : bool
        Whether it waits for a stop before the first step of a request.
    warns_at : dict of str to str
        Step and the sentence of which it warns.
    requests : list of AdvanceRequest
        What was asked for.
    released : list of str
        Keys that were released.
    saves : list of SaveRequest
        What was saved.
    has_processes : bool
        Whether processes of their own can be started.
    asides : list of RunRequest
        What they were asked for.
    pools : list of str
        Their being "prepared" and "closed".
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.begun: list[tuple[str, str]] = []
        self.fails_at: dict[str, str] = {}
        self.refuses = ""
        self.waits_for_stop = False
        self.warns_at: dict[str, str] = {}
        self.requests: list[AdvanceRequest] = []
        self.released: list[str] = []
        self.saves: list[SaveRequest] = []
        self.load_error: BaseException | None = None
        self.has_processes = False
        self.asides: list[RunRequest] = []
        self.pools: list[str] = []
        self._done: dict[str, list[str]] = {}
        self._numbers = count()

    def engine(self) -> Engine:
        """Return it as the window takes it."""
        return Engine(
            load=self._load,
            advance=self._advance,
            release=self._release,
            save=self._save,
            demonstration=None,
            explain=lambda error, doing: f"{doing} failed: {error}",
            processes=Processes(
                prepare=self._prepare, calibrate=self._calibrate, close=lambda: self.pools.append("closed")
            ),
            close=lambda: self.pools.append("engine closed"),
        )

    def _prepare(self, folder: Path) -> Path:
        if not self.has_processes:
            raise WfsguiError("There are no processes.")
        self.pools.append("prepared")
        return folder

    def _calibrate(self, request: RunRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        assert request.output_dir is not None
        self.asides.append(request)
        # Several threads come here at once: each must get a key of its own.
        part = AdvanceRequest(
            key=f"aside {next(self._numbers)}",
            product=request.products[0],
            options=request.options,
            result_dir=request.output_dir,
        )
        return self._run(part, emit, cancel)

    def _load(self) -> EngineInfo:
        if self.load_error is not None:
            raise self.load_error
        return FACTS

    def _release(self, key: str) -> None:
        self.released.append(key)
        self._done.pop(key, None)

    def _save(self, request: SaveRequest) -> Path:
        self.saves.append(request)
        if request.target.exists() and not request.overwrite:
            raise WfsguiError(f"{request.target} exists and is kept.")
        request.target.write_bytes(request.result.read_bytes())
        return request.target

    def _advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        self.requests.append(request)
        return self._run(request, emit, cancel)

    def _run(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        state, error, saved = self._steps(request, emit, cancel)
        result = ProductResult(request.product.name, state, 1.0, saved, "jwst_9999.pmap", (), error)
        emit(ProductFinished(result))
        end: EndEvent
        match state:
            case ProductState.FAILED:
                end = RunFailed((result,), error)
            case ProductState.CANCELLED:
                end = RunCancelled((result,))
            case _:
                end = RunFinished((result,))
        emit(end)
        return end

    def _steps(
        self, request: AdvanceRequest, emit: Emit, cancel: threading.Event
    ) -> tuple[ProductState, str, tuple[Path, ...]]:
        name = request.product.name
        if self.refuses:
            return ProductState.FAILED, self.refuses, ()
        if self.waits_for_stop:
            assert cancel.wait(_GATE_LIMIT), "The test did not stop the run."
            return ProductState.CANCELLED, "", ()
        steps = tuple(step for step in STEPS if step != "bkg_subtract" or request.product.backgrounds)
        done = self._done.setdefault(request.key, [])
        if request.redo and done:
            done.pop()
        if not done:
            emit(ExposureOpened(request.product, steps, "jwst_9999.pmap", request.product.notices, fakes.image()))
        for step in steps[len(done) :]:
            if cancel.is_set():
                return ProductState.CANCELLED, "", ()
            emit(StepStarted(name, step))
            self.begun.append((name, step))
            self.entered.set()
            assert self.gate.wait(_GATE_LIMIT), "The test did not open the gate."
            if step in self.fails_at:
                return ProductState.FAILED, self.fails_at[step], ()
            warnings = (self.warns_at[step],) if step in self.warns_at else ()
            finished = fakes.finished_product(request.product, step, warnings=warnings, level=100.0 + len(done))
            for line in finished.log:
                emit(line)
            emit(finished)
            done.append(step)
            if step == request.until:
                return ProductState.STOPPED, "", ()
        self._done.pop(request.key)
        request.result_dir.mkdir(parents=True, exist_ok=True)
        result = request.result_dir / f"{name}_cal.fits"
        result.write_text(f"{name} with {dict(request.options.parameters)}")
        return ProductState.DONE, "", (result,)
