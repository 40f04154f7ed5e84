"""The command line. Imports neither jwst nor Qt, so that ``--help`` and ``info`` answer at once."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from wfsgui import __version__
from wfsgui.commands.options import NamedOptions, split_named
from wfsgui.core.errors import WfsguiError
from wfsgui.core.prefetch import Prefetch
from wfsgui.demo.visit.kinds import Kind

__all__ = ["main"]

_COMMANDS = ("open", "run", "info", "demo")
_NEW_WINDOW: Final = "--new-window"

_RUN_EXAMPLES = """\
examples:
  wfsgui run jw01234001001_02101_00001_nrca3_rate.fits
  wfsgui run jw01234-o001_image2_00001_asn.json -o results
  wfsgui run visit_folder -o results --save-steps --json > summary.json
  wfsgui run x_rate.fits --steps.bkg_subtract.sigma=2.5 --skip flat_field
  wfsgui run x_rate.fits --override-flat my_flat.fits --stop-after flat_field

Steps, parameters and reference types are named as strun names them:
--steps.STEP.PARAMETER=VALUE, and --override-TYPE FILE for a reference file.

exit status: 0 everything asked for was done, 1 something failed or was declined, 2 wrong usage,
130 stopped by Ctrl-C
"""

_INFO_EXAMPLES = """\
examples:
  wfsgui info *_rate.fits
  wfsgui info jw01234-o001_image2_00001_asn.json --json
  wfsgui info visit_folder --references
"""

_DEMO_EXAMPLES = """\
examples:
  wfsgui demo
  wfsgui demo --visit older
  wfsgui demo --headless -o results
"""

_OPEN_EXAMPLES = """\
examples:
  wfsgui
  wfsgui jw01234001001_02101_00001_nrca3_rate.fits
  wfsgui open jw01234-o001_image2_00001_asn.json
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; `sys.argv` by default.

    Returns
    -------
    int
        Exit status.
    """
    parser = _parser()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the terminal's encoding cannot write is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    try:
        named, others = split_named(sys.argv[1:] if arguments is None else arguments)
        parsed = parser.parse_args(_with_command(others))
        if named and parsed.command != "run":
            parser.error("--steps. and --override- belong to the run command")
        status = _dispatch(parsed, named)
        sys.stdout.flush()
        return status
    except WfsguiError as error:
        print(f"wfsgui: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is not None:
            # Of a file, not of our output.
            raise
        if not isinstance(error, BrokenPipeError):
            print(f"wfsgui: the output cannot be written ({error.strerror}); free some disk space.", file=sys.stderr)
        # Python would complain when it flushes the rest at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _dispatch(parsed: argparse.Namespace, named: NamedOptions) -> int:
    match parsed.command:
        case "run":
            from wfsgui.commands.head_start import head_start

            crds = head_start(parsed)
            from wfsgui.commands.run import run_command

            return run_command(parsed, named, crds)
        case "info":
            from wfsgui.commands.info import info_command

            return info_command(parsed.inputs, as_json=parsed.json, references=parsed.references)
        case "demo" if parsed.headless:
            from wfsgui.commands.demo import demo_command

            return demo_command(parsed)
        case _:
            return _window(parsed)


def _with_command(arguments: list[str]) -> list[str]:
    """Put in the command that may be left out: files by themselves are opened in the window."""
    opens = not arguments or arguments[0] == _NEW_WINDOW
    if opens or (arguments[0] not in _COMMANDS and Path(arguments[0]).exists()):
        return ["open", *arguments]
    return arguments


def _window(parsed: argparse.Namespace) -> int:
    # Before anything else: it works while the window is being imported.
    with Prefetch(parsed.inputs if parsed.command == "open" else ()) as prefetch:
        return _window_on(prefetch, parsed)


def _window_on(prefetch: Prefetch, parsed: argparse.Namespace) -> int:
    try:
        from wfsgui.gui.startup.application import has_display
        from wfsgui.launch import open_window

        can_show = has_display() or "QT_QPA_PLATFORM" in os.environ
        if parsed.command == "open":
            if not can_show:
                raise WfsguiError("There is no display to open a window on; use wfsgui run to calibrate without one.")
            return open_window(parsed.inputs, prefetch, alone=parsed.new_window)
        if has_display():
            return open_window([], prefetch, demonstration=Kind(parsed.visit))
        print("There is no display: the demonstration runs in a window that nobody sees.", file=sys.stderr)
        from wfsgui.app import run_demo_session

        return run_demo_session(Kind(parsed.visit), parsed.output_dir, overwrite=parsed.overwrite)
    except ImportError as error:
        raise WfsguiError(
            f"The window cannot be opened, for a library is missing ({error}); see the README, or use wfsgui run."
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wfsgui",
        allow_abbrev=False,
        description="Calibrate JWST wavefront-sensing exposures: calwebb_wfs-image2, never resampled.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_open(commands)
    _add_run(commands)
    _add_info(commands)
    _add_demo(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, says: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=says,
        description=says[0].upper() + says[1:] + ".",
        epilog=examples,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_open(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    says = "open files in the window; the command itself may be left out"
    opens = _command(commands, "open", says, _OPEN_EXAMPLES)
    opens.add_argument(_NEW_WINDOW, action="store_true", help="open a window of its own even if there is one")
    opens.add_argument("inputs", nargs="*", type=Path, metavar="FILE", help="_rate file, association or folder of them")


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = _command(commands, "run", "calibrate _rate files and associations", _RUN_EXAMPLES)
    run.add_argument("inputs", nargs="+", type=Path, metavar="INPUT", help="_rate file, association or folder of them")
    run.add_argument(
        "--skip", action="append", default=[], metavar="STEP", help="leave a step out (may be given several times)"
    )
    run.add_argument(
        "--parameter-file",
        type=Path,
        metavar="FILE",
        help="parameters of the pipeline, .asdf or .cfg; a file with such a name among the inputs is taken as one",
    )
    run.add_argument("--stop-after", metavar="STEP", help="end with this step and save its result")
    run.add_argument("--save-steps", action="store_true", help="save each step's result under its standard suffix")
    run.add_argument(
        "--allow-mismatch", action="store_true", help="subtract backgrounds that do not match the exposure"
    )
    run.add_argument(
        "--demo-references",
        action="store_true",
        help="use the demonstration's reference files, which are not for science",
    )
    _add_output(run)


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "-o", "--output-dir", type=Path, default=Path(), metavar="DIR", help="folder of the results (default: this one)"
    )
    command.add_argument("--overwrite", action="store_true", help="replace results that exist")
    command.add_argument(
        "-j",
        "--jobs",
        type=_count,
        metavar="N",
        help="products calibrated side by side (default: as many as there are cores, and memory for)",
    )
    command.add_argument("--json", action="store_true", help="print a summary for programs on standard output")
    command.add_argument("--log", type=Path, metavar="FILE", help="write the pipeline's log into a file")
    command.add_argument("-v", "--verbose", action="store_true", help="show the pipeline's log")


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of at least 1")
    return number


def _add_info(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    info = _command(commands, "info", "say what files and associations are, from their headers", _INFO_EXAMPLES)
    info.add_argument("inputs", nargs="+", type=Path, metavar="FILE", help="_rate file, association or folder")
    info.add_argument("--json", action="store_true", help="print it for programs")
    info.add_argument(
        "--references", action="store_true", help="ask CRDS which reference files apply (imports the engine)"
    )


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = _command(commands, "demo", "open the demonstration visit, or calibrate it without a window", _DEMO_EXAMPLES)
    demo.add_argument(
        "--visit",
        choices=[kind.value for kind in Kind],
        default=Kind.TODAY.value,
        help="routine sensing of today (default), an older visit, or multi-instrument sensing",
    )
    demo.add_argument("--headless", action="store_true", help="without a window")
    _add_output(demo)
