"""Frames that come from another process hold no files, and leave none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.files.frame_transfer import FrameReceiver, FrameSender
from wfsgui.core.model.events import StepFinished
from wfsgui.core.model.step_image import StepFrame

HANDLES = Path("/proc/self/fd")


def told(frame: StepFrame) -> StepFinished:
    return replace(fakes.finished(fakes.exposure(), "photom"), frame=frame)


@pytest.mark.skipif(not HANDLES.is_dir(), reason="needs /proc")
def test_what_is_received_holds_no_file_open_and_leaves_none(tmp_path: Path) -> None:
    sender, receiver = FrameSender(tmp_path), FrameReceiver()
    first = fakes.frame()
    sent = [first, replace(first, sci=first.sci * 2, area=first.sci * 3)]
    before = len(list(HANDLES.iterdir()))
    events = [receiver.unpacked(*sender.packed(told(frame))) for frame in sent]
    received = [event.frame for event in events if isinstance(event, StepFinished) and event.frame is not None]
    assert len(list(HANDLES.iterdir())) == before
    assert list(tmp_path.iterdir()) == []
    for mine, theirs in zip(sent, received, strict=True):
        assert theirs.arrays.keys() == mine.arrays.keys()
        for name, plane in mine.arrays.items():
            np.testing.assert_array_equal(theirs.arrays[name], plane)
            assert not theirs.arrays[name].flags.writeable
    assert received[1].err is received[0].err
