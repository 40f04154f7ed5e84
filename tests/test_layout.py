"""Layout of the source: no import circle, no large folder, every package is installed."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import wfsgui

SOURCE = Path(wfsgui.__file__).parent
PROJECT = SOURCE.parent
MOST_MODULES = 15


def module_name(path: Path) -> str:
    """Return the dotted name of a module or package."""
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


def imports_of(name: str) -> set[str]:
    """Return the modules that a module imports, also within functions and under ``TYPE_CHECKING``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names}
            case ast.ImportFrom(module=str(module), names=names):
                submodules = {f"{module}.{alias.name}" for alias in names} & MODULES.keys()
                found |= submodules or {module}
            case _:
                pass
    return found & MODULES.keys() - {name}


def folders() -> Counter[Path]:
    """Count the modules of each folder, without ``__init__``."""
    return Counter(path.parent for path in MODULES.values() if path.name != "__init__.py")


def test_modules_import_each_other_without_a_circle() -> None:
    graph = {name: imports_of(name) for name in MODULES}
    assert sum(map(len, graph.values())) > len(MODULES)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_folder_has_too_many_modules() -> None:
    assert {str(folder): count for folder, count in folders().items() if count > MOST_MODULES} == {}


def test_every_folder_with_modules_is_a_package_with_a_docstring() -> None:
    bare = [
        folder
        for folder in folders()
        if not ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    ]
    assert bare == []


def test_every_package_is_shipped() -> None:
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert set(declared) == packages | {"wfsgui.resources"}


def test_only_the_program_imports_the_main_window() -> None:
    window = "wfsgui.gui.window.main_window"
    assert {name for name in MODULES if window in imports_of(name)} == {"wfsgui.app"}


def test_test_folders_mirror_the_source() -> None:
    rooms = {folder.relative_to(SOURCE) for folder in folders()}
    tested = {path.parent.relative_to(PROJECT / "tests") for path in (PROJECT / "tests").rglob("test_*.py")}
    unknown = tested - rooms - {Path(), Path("e2e"), Path("packaging")}
    assert unknown == set()
