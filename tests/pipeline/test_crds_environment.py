from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.crds_environment import OFFICIAL_SERVER, configure


def test_set_variables_are_used() -> None:
    environ = {"CRDS_PATH": "/cache", "CRDS_SERVER_URL": "https://example.org", "CRDS_CONTEXT": "jwst_1.pmap"}
    found = configure(environ=environ)
    assert (found.path, found.server, found.context) == ("/cache", "https://example.org", "jwst_1.pmap")
    assert found.notices == ()


def _configure_in_a_new_process(statement: str, environ: dict[str, str]) -> str:
    """Crds has been imported in this process, and what it has read cannot change any more."""
    script = f"from wfsgui.pipeline.crds_environment import configure; import os; {statement}"
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    return done.stdout


def test_missing_variables_have_defaults_and_notices(tmp_path: Path) -> None:
    told = _configure_in_a_new_process(
        "found = configure(); print(found); print(dict(os.environ))", {"HOME": str(tmp_path)}
    )
    assert f"reference files are kept in {tmp_path / 'crds_cache'}" in told
    assert f"the official server {OFFICIAL_SERVER} is used" in told
    assert f"'CRDS_SERVER_URL': '{OFFICIAL_SERVER}'" in told


def test_chosen_settings_take_precedence(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "CRDS_PATH": "/theirs", "CRDS_SERVER_URL": "https://example.org"}
    told = _configure_in_a_new_process("print(configure({'CRDS_PATH': '/ours', 'CRDS_CONTEXT': 'x.pmap'}))", environ)
    assert "path='/ours', server='https://example.org', context='x.pmap', notices=()" in told


def test_change_after_the_import_of_crds_is_refused() -> None:
    import crds

    assert crds.__name__ in sys.modules
    with pytest.raises(WfsguiError, match="start the program again"):
        configure({"CRDS_PATH": "/elsewhere"}, {"CRDS_SERVER_URL": "https://example.org"})
