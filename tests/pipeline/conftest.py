from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.requests import RunRequest, StepOptions
from wfsgui.pipeline.runs.batch import run

Engine = Callable[..., tuple[EndEvent, list[Event]]]


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Run the engine on files, without frames unless asked for; returns the end event and all events."""

    def run_engine(
        given: Sequence[Path],
        output_dir: Path | None,
        options: StepOptions | None = None,
        *,
        images: bool = False,
        save_steps: bool = False,
        overwrite: bool = False,
    ) -> tuple[EndEvent, list[Event]]:
        intake = take_in(given)
        assert not intake.declined, intake.declined
        events: list[Event] = []
        end = run(
            RunRequest(
                products=tuple(intake.products),
                options=options or StepOptions(),
                output_dir=output_dir,
                images=images,
                save_steps=save_steps,
                overwrite=overwrite,
            ),
            events.append,
            threading.Event(),
        )
        return end, events

    return run_engine
