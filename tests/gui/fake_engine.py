"""Engine without jwst, which emits the events of a run and waits where a test wants it to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.gui import fakes
from tests.limits import WAIT_S
from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import (
    Downloading,
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
from wfsgui.core.model.parameters import Origin, ParameterFile, ParameterOrigins, ValueLayer
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import (
    ParameterFileQuery,
    ParameterOriginsQuery,
    Query,
    ReferencesQuery,
    SaveParametersQuery,
)
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag, RunRequest, StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRequest
from wfsgui.gui.engine_api import Emit, SaveRequest

FACTS = EngineInfo(
    versions={"jwst": "9.9.9"},
    crds={"CRDS_PATH": "/cache", "CRDS_SERVER_URL": "https://example.invalid", "CRDS_CONTEXT": ""},
    flag_meanings={"DO_NOT_USE": "Bad pixel. Do not use."},
)

# Only a test that forgot to open the gate waits so long, s.
_GATE_LIMIT: Final = 2 * WAIT_S

T = TypeVar("T")


class FakeProcesses:
    """Implementation of `wfsgui.gui.engine_api.Processes` on a `FakeEngine`."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self._numbers = count()
        self._busy: set[str] = set()

    def prepare(self, folder: Path) -> Path:
        """Record that the processes were started, or fail where there are none."""
        if not self._engine.has_processes:
            raise WfsguiError("There are no processes.")
        self._engine.pools.append("prepared")
        return folder

    def calibrate(self, request: RunRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Emit the events of a whole product."""
        assert request.output_dir is not None
        self._engine.asides.append(request)
        # Several threads call this at once: each needs its own key.
        part = AdvanceRequest(
            key=f"aside {next(self._numbers)}",
            product=request.products[0],
            options=request.options,
            result_dir=request.output_dir,
        )
        self._busy.add(part.key)
        try:
            return self._engine.run(part, emit, cancel)
        finally:
            self._busy.remove(part.key)

    def close(self) -> None:
        """Record that the processes were closed."""
        self._engine.pools.append("closed while one was at work" if self._busy else "closed")


class FakeEngine:
    """Implementation of `wfsgui.gui.engine_api.Engine` that calibrates nothing.

    Attributes
    ----------
    gate : threading.Event
        Every step waits for it; set initially.
    entered : threading.Event
        Set when a step has started.
    begun : list of (str, str)
        Product and step of each step that has started. A later stop takes effect after this step.
    fails_at : dict of str to str
        Step and the message with which it fails.
    engine_info : EngineInfo
        Answer of `load`.
    refuses : str
        The message with which every request fails before the first step; empty for no failure.
    downloads : tuple of (str, int, int)
        File, bytes received and bytes in all of each `Downloading` that comes before the first step, which waits for
        the gate then.
    waits_for_stop : bool
        Whether it waits for a stop before the first step of a request.
    warns_at : dict of str to str
        Step and its warning.
    alarms_at : dict of str to str
        Step and its alarm.
    requests : list of AdvanceRequest
        Requests to `advance`.
    answers : dict of type to callable
        Function that answers each class of `Query`; a test may add others.
    references_found : dict of str to str
        Answer to `ReferencesQuery`.
    looked_up : list of Product
        Products whose references were requested.
    lookup_fault : str
        The message with which `ReferencesQuery` fails; empty for no failure.
    parameter_files : dict of str to dict
        Content of each parameter file by its name: step, parameter, value. Others cannot be read.
    crds_values : dict of str to dict
        Values that a parameter reference of CRDS sets: step, parameter, value.
    origins_asked : list of ParameterOriginsQuery
        Questions where parameters come from.
    origins_fault : str
        The message with which these questions fail; empty for no failure.
    refused : dict of (str, str) to str
        Step, parameter, and why the engine does not accept the value of the analyst.
    compared : list of (Product, StepOptions, Path)
        Requests to `check_parity`.
    parity_found : ParityReport
        Answer of `check_parity`.
    parity_gate : threading.Event
        `check_parity` waits for it; open at first.
    forecasts : list of CombinationRequest
        Requests for a forecast.
    combination : CombinationForecast or None
        Answer to these requests; None for a failure.
    forecast_fault : str
        The message of this failure.
    released : list of str
        Keys that were released.
    saves : list of SaveRequest
        Requests to `save`.
    load_error : BaseException or None
        Raised by `load` and `restart`.
    restarts : int
        Number of calls of `restart`.
    has_processes : bool
        Whether processes can be started.
    asides : list of RunRequest
        Requests to the processes.
    pools : list of str
        Calls of "prepared" and "closed" of the processes, and "engine closed".
    processes : FakeProcesses
        The processes.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.begun: list[tuple[str, str]] = []
        self.fails_at: dict[str, str] = {}
        self.refuses = ""
        self.downloads: tuple[tuple[str, int, int], ...] = ()
        self.waits_for_stop = False
        self.warns_at: dict[str, str] = {}
        self.alarms_at: dict[str, str] = {}
        self.requests: list[AdvanceRequest] = []
        self.released: list[str] = []
        self.references_found: dict[str, str] = {}
        self.looked_up: list[Product] = []
        self.lookup_fault = ""
        self.parameter_files: dict[str, dict[str, dict[str, str]]] = {}
        self.crds_values: dict[str, dict[str, str]] = {}
        self.origins_asked: list[ParameterOriginsQuery] = []
        self.origins_fault = ""
        self.refused: dict[tuple[str, str], str] = {}
        self.engine_info = FACTS
        self.forecasts: list[CombinationRequest] = []
        self.combination: CombinationForecast | None = None
        self.forecast_fault = "The two cannot be combined."
        self.compared: list[tuple[Product, StepOptions, Path]] = []
        self.parity_found = ParityReport(extensions=("SCI", "ERR", "DQ"), version="9.9.9")
        self.parity_gate = threading.Event()
        self.parity_gate.set()
        self.saves: list[SaveRequest] = []
        self.load_error: BaseException | None = None
        self.restarts = 0
        self.has_processes = False
        self.asides: list[RunRequest] = []
        self.pools: list[str] = []
        self._done: dict[str, list[str]] = {}
        self.answers: dict[type, Callable[[Any], Any]] = {
            ReferencesQuery: self._references,
            ParameterFileQuery: self._parameter_file,
            ParameterOriginsQuery: self._parameter_origins,
            SaveParametersQuery: self._save_parameters,
            CombinationRequest: self._forecast,
        }
        self.processes = FakeProcesses(self)

    def load(self) -> EngineInfo:
        """Return information on the engine, or raise `load_error`."""
        if self.load_error is not None:
            raise self.load_error
        return self.engine_info

    def restart(self) -> EngineInfo:
        """Forget every product and load again."""
        self.restarts += 1
        self.pools.append("restarted")
        self._done.clear()
        return self.load()

    def release(self, key: str) -> None:
        """Forget the steps of a product."""
        self.released.append(key)
        self._done.pop(key, None)

    def ask(self, query: Query[T]) -> T:
        """Answer a query by the function of its class in `answers`."""
        answer: T = self.answers[type(query)](query)
        return answer

    def ask_aside(self, query: Query[T], cancel: CancelFlag) -> T:
        """Answer a query by the function of its class in `answers`, unless it was cancelled."""
        if cancel.is_set():
            raise StoppedError("The work was stopped.")
        return self.ask(query)

    def _references(self, query: ReferencesQuery) -> Mapping[str, str]:
        """Return `references_found`, or raise `lookup_fault`."""
        self.looked_up.append(query.product)
        if self.lookup_fault:
            raise WfsguiError(self.lookup_fault)
        return self.references_found

    def _parameter_file(self, query: ParameterFileQuery) -> ParameterFile:
        """Return the content of `parameter_files`."""
        if query.path.name not in self.parameter_files:
            raise WfsguiError(f"The parameter file {query.path} cannot be read; give another.")
        return ParameterFile(query.path, self.parameter_files[query.path.name])

    def _parameter_origins(self, query: ParameterOriginsQuery) -> ParameterOrigins:
        """Return default, `crds_values`, `parameter_files` and the values of the analyst, or raise `origins_fault`."""
        self.origins_asked.append(query)
        if self.origins_fault:
            raise WfsguiError(self.origins_fault)
        file = query.options.parameter_file
        sources = [(Origin.CRDS, "jwst_nircam_pars-image2pipeline_0001.asdf", self.crds_values)]
        if file is not None:
            sources.append((Origin.FILE, file.name, self.parameter_files[file.name]))
        steps = {}
        for step, specs in self.engine_info.parameters.items():
            defaults = {spec.name: spec.default for spec in specs}
            defaults |= {f"override_{kind}": "None" for kind in self.engine_info.reference_types.get(step, ())}
            chosen = [(Origin.ANALYST, "", {step: query.options.chosen(step)})]
            steps[step] = {
                name: (
                    ValueLayer(Origin.DEFAULT, default),
                    *(
                        ValueLayer(origin, values[step][name], source)
                        for origin, source, values in [*sources, *chosen]
                        if name in values.get(step, {})
                    ),
                )
                for name, default in defaults.items()
            }
        return ParameterOrigins(steps, self.refused)

    def _save_parameters(self, query: SaveParametersQuery) -> Path:
        """Write the options."""
        query.path.write_text(f"{dict(query.options.parameters)}")
        return query.path

    def _forecast(self, query: CombinationRequest) -> CombinationForecast:
        """Return `combination`, or raise `forecast_fault`."""
        self.forecasts.append(query)
        if self.combination is None:
            raise WfsguiError(self.forecast_fault)
        return self.combination

    def check_parity(
        self, product: Product, options: StepOptions, result: Path, cancel: threading.Event
    ) -> ParityReport:
        """Return `parity_found`, when `parity_gate` is open; or a failure if it was stopped before."""
        self.compared.append((product, options, result))
        assert self.parity_gate.wait(_GATE_LIMIT)
        return ParityReport(failure="The comparison was stopped.") if cancel.is_set() else self.parity_found

    def save(self, request: SaveRequest) -> Path:
        """Copy a result."""
        self.saves.append(request)
        if request.target.exists() and not request.overwrite:
            raise WfsguiError(f"{request.target} exists and is kept.")
        request.target.write_bytes(request.result.read_bytes())
        return request.target

    def advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Emit the events of the next steps."""
        self.requests.append(request)
        return self.run(request, emit, cancel)

    def explain(self, error: BaseException, doing: str) -> str:
        """Explain an error in one sentence."""
        return f"{doing} failed: {error}"

    def close(self) -> None:
        """Record that the engine was closed."""
        self.pools.append("engine closed")

    def run(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Emit the events of a request, for `advance` and for the processes."""
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

    def _open(self, product: Product, steps: tuple[str, ...], emit: Emit) -> None:
        for part in self.downloads:
            emit(Downloading(product.name, *part))
        assert not self.downloads or self.gate.wait(_GATE_LIMIT), "The test did not open the gate."
        emit(ExposureOpened(product, steps, "jwst_9999.pmap", product.notices, fakes.image()))

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
        fork = request.fork
        shared = list(steps[: steps.index(fork.step)]) if fork is not None else []
        done = self._done.setdefault(request.key, shared)
        if request.redo and done:
            done.pop()
        # A branch has the state of another run, and reports its own steps only.
        if not done and fork is None:
            self._open(request.product, steps, emit)
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
            finished = fakes.finished_product(
                request.product,
                step,
                warnings=warnings,
                level=100.0 + len(done) + (len(self.requests) if fork is not None and fork.key != request.key else 0),
                alarm=self.alarms_at.get(step, ""),
                parameters=request.options.parameters.get(step, {}),
            )
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
