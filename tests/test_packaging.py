from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import wfsgui


@pytest.fixture
def project(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath


def test_the_wheel_holds_every_module_and_the_resources(project: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for folder in ("wfsgui", "resources"):
        shutil.copytree(project / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(project / name, source)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(tmp_path)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name.startswith(f"wfsgui-{wfsgui.__version__}-")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    modules = {str(path.relative_to(project)) for path in (project / "wfsgui").rglob("*.py")}
    assert modules <= packed
    assert {"wfsgui/py.typed", "wfsgui/resources/__init__.py"} <= packed
    assert {"wfsgui/resources/quip/quip_out.xsd", "wfsgui/resources/quip/LICENSE"} <= packed


def test_the_lock_file_names_no_registry_and_no_excluded_version(project: Path) -> None:
    lock = (project / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "pyside6-essentials==" in lock
    assert "pyside6-essentials==6.12.0" not in lock


def test_every_dependency_is_documented(project: Path) -> None:
    declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = [
        *declared["dependencies"],
        *(r for extra in declared["optional-dependencies"].values() for r in extra),
    ]
    names = {requirement.partition(">")[0] for requirement in requirements}
    table = (project / "CONTRIBUTING.md").read_text("utf-8").partition("## Dependencies")[2]
    assert {name for name in names if name not in table} == set()
