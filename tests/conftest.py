"""Set-up of every test session.

crds reads its settings once, when it is imported: they are made before any test module is, and they point to a cache
of this session's own, which its processes share. Nothing of the user's is read or written.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.patient_bot import PatientBot
from wfsgui.demo.references.crds_cache import ensure_cache, ensure_references, environment
from wfsgui.pipeline.chain.schema_cache import kept_schemas

_SESSION = pytest.StashKey[Path]()
_SHARED = "WFSGUI_TESTS_FOLDER"
# A collection visits them in a hundredth of a second.
_MANY_OBJECTS = 20_000
# Whole chains take longest: they begin first, so that no process waits for another at the end.
_FIRST = ("tests/pipeline", "tests/commands")


def pytest_configure(config: pytest.Config) -> None:
    if _SHARED not in os.environ:
        config.stash[_SESSION] = Path(tempfile.mkdtemp(prefix="wfsgui-tests-"))
        os.environ[_SHARED] = str(config.stash[_SESSION])
    # Otherwise every process that a test starts would compile this program anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(environment(ensure_cache(Path(os.environ[_SHARED]) / "crds")))


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SESSION in config.stash:
        del os.environ[_SHARED]
        shutil.rmtree(config.stash[_SESSION], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_FIRST))


def pytest_collection_finish() -> None:
    # Steps collect garbage often: imported objects are excluded from it.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _lasting_objects_are_frozen() -> None:
    """Exclude from garbage collection what earlier tests have left: imports, caches and shared files."""
    if len(gc.get_objects()) > _MANY_OBJECTS:
        gc.collect()
        gc.freeze()


@pytest.fixture
def qtbot(request: pytest.FixtureRequest) -> QtBot:
    """Use one time limit in all tests."""
    request.getfixturevalue("qapp")
    return PatientBot(request)


@pytest.fixture
def garbage() -> Iterator[None]:
    """Collect garbage in this thread alone: see `wfsgui.gui.threads.garbage_collector`."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def demo_cache() -> Path:
    """Folder of the CRDS cache of the session."""
    return Path(os.environ[_SHARED]) / "crds"


@pytest.fixture(scope="session")
def references(demo_cache: Path) -> Callable[[str], None]:
    """Make the missing reference files of a detector."""

    def ensure(detector: str) -> None:
        with kept_schemas():
            ensure_references(demo_cache, detector)

    return ensure


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Folder of the public test data beside the project."""
    folder = pytestconfig.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the public test data are not beside the project ({folder} does not exist)")
    return folder
