"""Test the package in a minimal Debian: installation, use and removal.

Usage: PYTHONPATH=. python packaging/package_test.py FOLDER WORK; FOLDER is that of the package,
WORK has the minimal Debian and the pictures. Needs root.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from proof.bare_debian import BareDebian
from proof.chain import calibrate_from_source, calibrate_in_window, calibrate_without_window, compare
from proof.desktop import Desktop, ProofError
from proof.documents import open_documents
from proof.installing import OtherViewer, check_handlers, check_metadata, install, remove
from proof.starting import compare_starts

_SOURCE: Final = Path(sys.executable).with_name("wfsgui")


def main() -> int:
    """Run all parts of the test, from installation to removal."""
    if os.geteuid() != 0:
        print("make package-test makes a system in a folder: run it as root, such as with sudo.", file=sys.stderr)
        return 2
    built, work = (Path(argument).resolve() for argument in sys.argv[1:3])
    (package,) = built.glob("*.deb")
    start = time.monotonic()
    try:
        _test(built, package, work)
    except (ProofError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    minutes = (time.monotonic() - start) / 60
    print(f"The package works; tested in {minutes:.0f} minutes; pictures are in {work / 'pictures'}.")
    return 0


def _test(built: Path, package: Path, work: Path) -> None:
    check_metadata(built / "deb")
    _say("desktop entry and metainfo are valid")
    source_home = work / "source-home"
    expected = calibrate_from_source(_SOURCE, source_home)
    _say(f"{len(expected)} results of the demonstration from source")
    debian = BareDebian(work)
    debian.prepare()
    before = debian.snapshot()
    viewers = [OtherViewer(debian, name) for name in ("another.desktop", "zanother.desktop")]
    _say(install(debian, package))
    with debian.running() as machine:
        check_handlers(machine, *viewers)
        _say("registered for its documents; the default of another viewer stays")
        desktop = Desktop(machine, work / "pictures")
        compare(calibrate_without_window(desktop), expected)
        _say("wfsgui demo --headless: results as from source, bit for bit")
        with desktop.shown():
            open_documents(desktop)
            _say("menu and double clicks open the window with the right file")
            compare(calibrate_in_window(desktop), expected)
            _say("the demonstration in the window: result as from source, bit for bit")
            _say(compare_starts(desktop, _SOURCE, source_home))
    remove(debian)
    _check_clean(before, debian.snapshot())
    _say("removed completely")


def _check_clean(before: dict[str, str], after: dict[str, str]) -> None:
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if changed:
        raise ProofError(f"Removing the package leaves {len(changed)} changed files: {', '.join(changed[:20])}")


def _say(sentence: str) -> None:
    print(f"ok: {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
