"""Frames that come from another process hold no files, and leave none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.files.frame_transfer import ImageReceiver, ImageSender
from wfsgui.core.model.events import StepFinished
from wfsgui.core.model.step_image import StepImage

HANDLES = Path("/proc/self/fd")


def told(image: StepImage) -> StepFinished:
    return replace(fakes.finished(fakes.exposure(), "photom"), image=image)


@pytest.mark.skipif(not HANDLES.is_dir(), reason="needs /proc")
def test_what_is_received_holds_no_file_open_and_leaves_none(tmp_path: Path) -> None:
    sender, receiver = ImageSender(tmp_path), ImageReceiver()
    first = fakes.image()
    sent = [first, replace(first, sci=first.sci * 2, area=first.sci * 3)]
    before = len(list(HANDLES.iterdir()))
    events = [receiver.unpacked(*sender.packed(told(image))) for image in sent]
    received = [event.image for event in events if isinstance(event, StepFinished) and event.image is not None]
    assert len(list(HANDLES.iterdir())) == before
    assert list(tmp_path.iterdir()) == []
    for mine, theirs in zip(sent, received, strict=True):
        assert theirs.arrays.keys() == mine.arrays.keys()
        for name, plane in mine.arrays.items():
            np.testing.assert_array_equal(theirs.arrays[name], plane)
            assert not theirs.arrays[name].flags.writeable
    assert received[1].err is received[0].err
