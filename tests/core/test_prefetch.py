"""Prefetch reads the first files ahead of time; the caller reads what it could not read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.exposures import small, write_association, write_small
from tests.limits import PROGRAM_S
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.planes import read_image
from wfsgui.core.intake.products import take_in
from wfsgui.core.prefetch import Prefetch

# In a program of its own: only one without other threads gets a head start.
BEGIN = """\
import multiprocessing, sys
from pathlib import Path
from wfsgui.core.intake import products as intake
from wfsgui.core.files import planes as quicklook
from wfsgui.core import prefetch as prefetch
from wfsgui.core.image.predrawn import predraw, predrawn
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.prefetch import Prefetch
from wfsgui.core.intake.products import take_in
from wfsgui.core.files.planes import read_image

def same(one, other):
    return (one.unit, one.wcs, list(one.planes)) == (other.unit, other.wcs, list(other.planes)) and all(
        (one.planes[name].dtype, one.planes[name].shape, one.planes[name].tobytes()) == (plane.dtype, plane.shape,
        plane.tobytes()) for name, plane in other.planes.items()
    )

def fail(*arguments):
    raise AssertionError("read here")

def helpers():
    return [process.pid for process in multiprocessing.active_children()]

given = [Path(name) for name in sys.argv[1:]]
look = Prefetch(given)
assert len(helpers()) == 1
"""
ALL_OF_IT = """
intake.take_in = quicklook.read_image = fail
found = look.take_in(given)
science = found.products[0].science.path
image = look.read_image(science)
assert helpers() == []
assert not any(plane.flags.writeable for plane in image.planes.values())
intake.take_in, quicklook.read_image = take_in, read_image
assert found == take_in(given)
assert same(image, read_image(science))
ahead, now = predrawn(image), predraw(image)
assert ahead.levels == now.levels
assert ahead.index.tobytes() == now.index.tobytes() and ahead.index.shape == image.sci.shape
assert ahead.sample.values.tobytes() == now.sample.values.tobytes()
assert ahead.histogram.counts.tolist() == now.histogram.counts.tolist()
assert look.take_in(given) == found
assert same(look.read_image(science), image)
"""
OTHER_FILES = """
other = [given.pop()]
assert look.take_in(other) == take_in(other)
assert same(look.read_image(other[0]), read_image(other[0]))
look.close()
assert helpers() == []
"""
BROKEN_OFF = """
look._process.terminate()
look._process.join()
for _ in range(2):
    assert look.take_in(given) == take_in(given)
    assert same(look.read_image(given[0]), read_image(given[0]))
"""
BROKEN_OFF_HALFWAY = f"""
assert look.take_in(given) == take_in(given)
{BROKEN_OFF}
"""
TWICE = """
for _ in range(2):
    assert look.take_in(given) == take_in(given)
for _ in range(2):
    assert same(look.read_image(given[0]), read_image(given[0]))
"""
NOT_WHOLE = """
assert look.take_in(given) == take_in(given)
try:
    look.read_image(given[0])
except InputDeclinedError as error:
    assert given[0].name in str(error)
else:
    raise AssertionError("declined")
"""
NOT_THERE = """
assert look.take_in(given) == take_in(given)
assert len(take_in(given).declined) == 1
look.close()
assert helpers() == []
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="there is a head start on Linux only")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path, small())


def begin(program: str, *given: Path) -> None:
    """Run a program that is started with files."""
    arguments = [sys.executable, "-W", "ignore", "-c", BEGIN + program, *map(str, given)]
    ended = subprocess.run(arguments, check=False, capture_output=True, text=True, timeout=PROGRAM_S)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_prefetched_image_equals_read_image(rate: Path) -> None:
    begin(ALL_OF_IT, rate)


def test_files_can_be_opened_again_during_prefetch(rate: Path) -> None:
    begin(TWICE, rate)


def test_association_is_prefetched(tmp_path: Path) -> None:
    science, *others = (write_small(tmp_path, small(exposure=number)) for number in range(1, 4))
    begin(ALL_OF_IT, write_association(tmp_path / "x_asn.json", {science: others}))


def test_other_files_are_read_on_request(rate: Path, tmp_path: Path) -> None:
    begin(OTHER_FILES, rate, write_small(tmp_path, small(exposure=2)))


@pytest.mark.parametrize("program", [BROKEN_OFF, BROKEN_OFF_HALFWAY], ids=["at once", "halfway"])
def test_files_are_read_if_the_process_dies(rate: Path, program: str) -> None:
    begin(program, rate)


def test_unreadable_file_raises_in_the_caller(rate: Path) -> None:
    rate.write_bytes(rate.read_bytes()[: 2880 * 8])
    begin(NOT_WHOLE, rate)


def test_missing_file_is_declined(tmp_path: Path) -> None:
    begin(NOT_THERE, tmp_path / "missing_rate.fits")


def test_files_are_read_without_a_process(rate: Path, tmp_path: Path) -> None:
    with Prefetch() as look:
        assert look.take_in([rate]) == take_in([rate])
        assert look.read_image(rate).sci.tobytes() == read_image(rate).sci.tobytes()
        with pytest.raises(InputDeclinedError):
            look.read_image(tmp_path / "y_rate.fits")
