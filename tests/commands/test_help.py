"""Help and usage of the command line, and the imports that they need."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Command, start, wait_for
from tests.headers_only import write_exposure
from wfsgui import __version__

MODULES_AFTER = """
import sys
from wfsgui.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print("MODULES", *sorted({name.partition(".")[0] for name in sys.modules}))
"""
HEAVY = {"jwst", "stpipe", "stdatamodels", "stcal", "crds", "gwcs", "asdf", "scipy"}
WINDOW = {"PySide6", "shiboken6", "pyqtgraph", "qasync"}
SIMULATORS = {"poppy", "pysiaf"}


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["info", "x_rate.fits"], ["info", "--json", "."]])
def test_help_and_info_import_no_engine_and_no_window(tmp_path: Path, arguments: list[str]) -> None:
    write_exposure(tmp_path / "x_rate.fits")
    result = wait_for(start(*arguments, home=tmp_path, code=MODULES_AFTER))
    output, _, modules = result.out.rpartition("MODULES")
    assert output.strip()
    assert not set(modules.split()) & (HEAVY | WINDOW | SIMULATORS)


def test_help_names_the_commands(command: Command) -> None:
    result = command("--help")
    assert (result.status, result.err) == (0, "")
    assert all(f"\n    {name}" in result.out for name in ("open", "run", "info", "demo"))


@pytest.mark.parametrize("name", ["open", "run", "info", "demo"])
def test_every_command_has_help_with_examples(command: Command, name: str) -> None:
    result = command(name, "--help")
    assert (result.status, result.err) == (0, "")
    _, _, examples = result.out.partition("\nexample")
    assert f"\n  wfsgui {name}" in examples


def test_run_help_explains_exit_status_and_options(command: Command) -> None:
    text = command("run", "--help").out
    for explained in (
        "--steps.STEP.PARAMETER=VALUE",
        "--override-TYPE FILE",
        "exit status: 0 everything was done",
        "130",
    ):
        assert explained in text


@pytest.mark.parametrize("name", ["run", "info"])
def test_every_example_in_the_help_is_valid(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """None of the files exist, which is status 1; a wrong option would be status 2."""
    monkeypatch.chdir(tmp_path)
    lines = [line.strip() for line in command(name, "--help").out.splitlines() if line.startswith("  wfsgui ")]
    examples = [line.partition(" >")[0].split()[1:] for line in lines]
    assert [command(*example).status for example in examples] == [1] * len(lines)


def test_version_is_that_of_the_package(command: Command) -> None:
    assert command("--version").out == f"wfsgui {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "INPUT"),
        (["info"], "FILE"),
        (["fly", "x"], "invalid choice: 'fly'"),
        (["run", "x", "--overwritten"], "--overwritten"),
        (["run", "x", "--over"], "--over"),
        (["run", "x", "--stop-after"], "--stop-after"),
        (["info", "x", "--skip", "photom"], "--skip"),
        (["info", "x", "--steps.photom.skip=true"], "belong to the run command"),
        (["demo", "--headless", "--override-flat", "x"], "belong to the run command"),
        (["--overwrite"], "COMMAND"),
        (["open", "x", "--overwrite"], "--overwrite"),
        (["run", "x", "--override-flat"], "--override-flat needs a value"),
        (["run", "x", "--override-flat="], "--override-flat needs a value"),
        (["run", "x", "--steps.photom=1"], "--steps.STEP.PARAMETER"),
        (["run", "x", "--steps.photom.inverse"], "--steps.photom.inverse needs a value"),
    ],
)
def test_wrong_usage_is_status_2_with_a_message_on_standard_error(
    command: Command, arguments: list[str], message: str
) -> None:
    result = command(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err.splitlines()[-1]
    assert "Traceback" not in result.err


@pytest.mark.parametrize("arguments", [[], ["open"], ["."], ["open", "x_rate.fits"]])
def test_open_without_a_display_says_what_to_do(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    result = command(*arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err == "wfsgui: There is no display to open a window on; use wfsgui run to calibrate without one.\n"


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "1.5"])
def test_invalid_number_of_jobs_is_status_2(command: Command, jobs: str) -> None:
    result = command("run", "x_rate.fits", f"--jobs={jobs}")
    assert result.status == 2
    assert f"{jobs} is not an integer of at least 1" in result.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_full_output_device_gives_one_sentence(tmp_path: Path) -> None:
    write_exposure(tmp_path / "x_rate.fits")
    code = (
        "import os, sys\n"
        "os.dup2(os.open('/dev/full', os.O_WRONLY), 1)\n"
        "from wfsgui.cli import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    result = wait_for(start("info", tmp_path / "x_rate.fits", home=tmp_path, code=code))
    assert result.status == 1
    assert result.err == "wfsgui: the output cannot be written (No space left on device); free some disk space.\n"
