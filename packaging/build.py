"""Build the application for this system, and the package on Debian and its derivatives.

Usage: python packaging/build.py [FOLDER]; the folder is build/package by default.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from freeze.debian import build_package
from freeze.identity import NAME

_PACKAGING: Final = Path(__file__).resolve().parent


def main() -> int:
    """Build, and print what was built."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/package").resolve()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--workpath", str(folder / "work"), "--distpath", str(folder / "dist")]
    subprocess.run([*command, str(_PACKAGING / "wfsgui.spec")], check=True)
    application = folder / "dist" / NAME
    print(f"built {application}")
    if sys.platform.startswith("linux") and shutil.which("dpkg-deb"):
        print(f"built {build_package(application, folder)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
