from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from freeze.icons import HICOLOR_SIZES, write_hicolor
from freeze.trimming import trimmed
from PySide6.QtGui import QImage


@pytest.mark.usefixtures("qapp")
def test_the_icon_is_drawn_in_every_size(tmp_path: Path) -> None:
    files = write_hicolor(tmp_path, "wfsgui")
    assert len(files) == len(HICOLOR_SIZES) + 1
    for path, size in zip(files, HICOLOR_SIZES, strict=False):
        image = QImage(str(path))
        assert (image.width(), image.height()) == (size, size)
        assert path.parent.parent.name == f"{size}x{size}"
        assert image.pixelColor(0, 0).alpha() < 16
        assert image.pixelColor(size // 2, size // 4).alpha() == 255


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="packages of the system are Linux's")
def test_system_libraries_are_not_bundled() -> None:
    own = ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY")
    module = ("python3.11/lib-dynload/_ssl.so", "/usr/lib/python3.11/lib-dynload/_ssl.so", "EXTENSION")
    system = ("libssl.so.3", "/usr/lib/x86_64-linux-gnu/libssl.so.3", "BINARY")
    unused = ("PySide6/Qt/plugins/tls/libqopensslbackend.so", "/venv/PySide6/Qt/plugins/tls/libq.so", "BINARY")
    used = ("PySide6/Qt/plugins/platforms/libqxcb.so", "/venv/PySide6/Qt/plugins/platforms/libqxcb.so", "BINARY")
    assert trimmed([own, module, system, unused, used]) == [own, module, used]


def test_the_frozen_program_starts_itself_as_a_module(pytestconfig: pytest.Config) -> None:
    entry = pytestconfig.rootpath / "packaging" / "entry.py"
    command = [sys.executable, str(entry), "-m", "wfsgui", "--version"]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout.startswith("wfsgui ")


def test_bundled_extras_are_in_the_lock_file(pytestconfig: pytest.Config) -> None:
    declared = tomllib.loads((pytestconfig.rootpath / "pyproject.toml").read_text("utf-8"))["project"]
    assert "pyinstaller" in "".join(declared["optional-dependencies"]["package"])
    assert "pyinstaller==" in (pytestconfig.rootpath / "requirements.lock").read_text("utf-8")
