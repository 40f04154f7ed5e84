"""Renderer: the latest request is drawn, cancelled ones are not sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.image.display import Levels, index_image
from wfsgui.core.image.predrawn import keep_predrawn, predraw
from wfsgui.gui.image.renderer import RenderedImage, Renderer, RenderRequest
from wfsgui.gui.threads.worker_thread import WorkerThread

FIRST = RenderRequest(fakes.image(), "SCI", Levels(0, 1), "zscale", "linear")


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    made = WorkerThread(qapp)
    yield made
    made.close()


@pytest.fixture
def gate(worker: WorkerThread) -> threading.Event:
    """Event that blocks the worker thread until it is set."""
    opened = threading.Event()
    worker.submit(opened.wait)
    return opened


def test_the_latest_request_wins(worker: WorkerThread, gate: threading.Event, qtbot: QtBot) -> None:
    renderer, drawn = Renderer(worker), list[RenderedImage]()
    renderer.drawn.connect(drawn.append)
    for high in range(1, 50):
        renderer.draw(replace(FIRST, levels=Levels(0, high)))
    gate.set()
    qtbot.waitUntil(lambda: bool(drawn) and drawn[-1].levels == Levels(0, 49))
    assert [picture.levels for picture in drawn] == [Levels(0, 1), Levels(0, 49)]


def test_image_of_another_plane_or_exposure_is_not_sent(
    worker: WorkerThread, gate: threading.Event, qtbot: QtBot
) -> None:
    renderer, drawn = Renderer(worker), list[RenderedImage]()
    renderer.drawn.connect(drawn.append)
    renderer.draw(FIRST)
    renderer.draw(replace(FIRST, plane="ERR"))
    renderer.draw(replace(FIRST, image=fakes.image(200), levels=None))
    gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    (picture,) = drawn
    assert picture.made_by == "zscale"
    assert picture.levels is not None
    assert picture.levels.low > 150


def test_nothing_is_sent_after_cancelling(worker: WorkerThread, gate: threading.Event, qtbot: QtBot) -> None:
    renderer, drawn = Renderer(worker), list[RenderedImage]()
    renderer.drawn.connect(drawn.append)
    renderer.draw(FIRST)
    renderer.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert drawn == []


def test_requests_are_drawn_after_a_failure(worker: WorkerThread, qtbot: QtBot) -> None:
    renderer = Renderer(worker)
    with qtbot.waitSignal(renderer.failed) as told:
        renderer.draw(replace(FIRST, plane="NO_SUCH_PLANE"))
    assert isinstance(told.args[0], KeyError)
    with qtbot.waitSignal(renderer.drawn):
        renderer.draw(FIRST)


@pytest.mark.parametrize(("may_remake", "made_by"), [(True, "min-max"), (False, "")])
def test_levels_outside_the_values_are_computed_again_if_allowed(
    qtbot: QtBot, qapp: QApplication, *, may_remake: bool, made_by: str
) -> None:
    """The background was most of the signal: with the levels of before everything would be black."""
    worker = WorkerThread(qapp)
    renderer = Renderer(worker)
    request = RenderRequest(fakes.image(100.0), "SCI", Levels(-2, -1), "min-max", "linear", may_remake)
    with qtbot.waitSignal(renderer.drawn) as drawn:
        renderer.draw(request)
    worker.close()
    assert drawn.args[0].made_by == made_by
    assert (drawn.args[0].levels == Levels(-2, -1)) is not may_remake


def test_predrawn_image_is_drawn_again_with_another_stretch(worker: WorkerThread, qtbot: QtBot) -> None:
    frame, renderer = fakes.image(), Renderer(worker)
    ahead = predraw(frame)
    keep_predrawn(frame, ahead)

    def drawn(request: RenderRequest) -> RenderedImage:
        with qtbot.waitSignal(renderer.drawn) as told:
            renderer.draw(request)
        picture = told.args[0]
        assert isinstance(picture, RenderedImage)
        return picture

    first = replace(FIRST, image=frame, levels=None)
    picture = drawn(first)
    assert picture.index is ahead.index
    assert (picture.levels, picture.histogram) == (ahead.levels, ahead.histogram)
    for other in (replace(first, stretch="log"), replace(first, levels=Levels(0, 1))):
        picture = drawn(other)
        assert picture.levels is not None
        np.testing.assert_array_equal(picture.index, index_image(frame.sci, picture.levels, other.stretch))
    assert drawn(replace(first, plane="ERR")).histogram is not ahead.histogram
