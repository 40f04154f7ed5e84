"""Set-up of every test session.

crds reads its settings once, when it is imported: they are made before any test module is, and they point to a cache
of this session's own. Nothing of the user's is read or written.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from wfsgui.demo.crds_cache import ensure_cache, ensure_references, environment

_SESSION = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    folder = Path(tempfile.mkdtemp(prefix="wfsgui-tests-"))
    config.stash[_SESSION] = folder
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.update(environment(ensure_cache(folder / "crds")))


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_SESSION], ignore_errors=True)


@pytest.fixture(scope="session")
def demo_cache(pytestconfig: pytest.Config) -> Path:
    """Folder of the session's CRDS cache."""
    return pytestconfig.stash[_SESSION] / "crds"


@pytest.fixture(scope="session")
def references(demo_cache: Path) -> Callable[[str], None]:
    """Make sure that a detector's reference files exist."""

    def ensure(detector: str) -> None:
        ensure_references(demo_cache, detector)

    return ensure


@pytest.fixture(scope="session")
def shared_data(pytestconfig: pytest.Config) -> Path:
    """Folder of the public test data beside the project."""
    folder = pytestconfig.rootpath.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the public test data are not beside the project ({folder} does not exist)")
    return folder
