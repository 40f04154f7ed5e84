"""The engine as the window takes it: in a process of its own, for it would make the window stall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.product import Product
from wfsgui.demo.visit.kinds import Kind
from wfsgui.engine_processes import EngineProcesses
from wfsgui.gui.engine_api import Engine, SaveRequest
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.crds_environment import configure
from wfsgui.pipeline.processes.stepwise_process import StepwiseProcess

__all__ = ["JwstEngine"]


class JwstEngine:
    """Adapt the pipeline layer to the window.

    Parameters
    ----------
    crds : callable
        ``crds() -> dict of str to str``: CRDS settings that take the place of the environment's; called in a worker
        thread.
    """

    def __init__(self, crds: Callable[[], dict[str, str]]) -> None:
        self._crds = crds
        self._bench = StepwiseProcess()
        self._processes = EngineProcesses()

    def services(self, *, demonstration: Kind | None = None) -> Engine:
        """Return it as the window takes it.

        Parameters
        ----------
        demonstration : Kind, optional
            The visit of the demonstration that it can make; it must use the demonstration's reference files then.
        """
        return Engine(
            load=self._load,
            advance=self._bench.advance,
            release=self._bench.release,
            references=self._bench.references,
            save=_save,
            demonstration=partial(_demonstration, demonstration) if demonstration else None,
            explain=explain,
            processes=self._processes.services(),
            close=self._bench.close,
        )

    def _load(self) -> EngineInfo:
        # The process inherits them: crds reads its settings when it is imported.
        settings = configure(self._crds())
        return replace(
            self._bench.load(),
            crds={"CRDS_PATH": settings.path, "CRDS_SERVER_URL": settings.server, "CRDS_CONTEXT": settings.context},
            notices=settings.notices,
        )


def _save(request: SaveRequest) -> Path:
    from wfsgui.pipeline.output.renaming import write_renamed_elsewhere
    from wfsgui.pipeline.output.save_result import save_result

    return save_result(
        request.result,
        request.target,
        overwrite=request.overwrite,
        inputs=request.inputs,
        rename=write_renamed_elsewhere,
    )


def _demonstration(kind: Kind, say: Callable[[str], None]) -> tuple[Product, ...]:
    from wfsgui.demo.provision import demo_products, demo_references

    products = demo_products(kind, say).products
    demo_references((product.science.info.detector for product in products), say)
    return tuple(products)
