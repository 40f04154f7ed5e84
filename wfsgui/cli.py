"""The command line. It imports neither jwst nor Qt, so that ``--help`` and ``info`` start fast."""

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
from wfsgui.core.files.names import is_parameter_file, is_session_file
from wfsgui.core.prefetch import Prefetch
from wfsgui.demo.visit.kinds import Kind

__all__ = ["main"]

_COMMANDS = ("open", "run", "info", "crds", "demo")
_NEW_WINDOW: Final = "--new-window"

_RUN_EXAMPLES = """\
examples:
  wfsgui run jw01234001001_02101_00001_nrca3_rate.fits
  wfsgui run jw01234-o001_image2_00001_asn.json -o results
  wfsgui run visit_folder -o results --save-steps --json > summary.json
  wfsgui run x_rate.fits --steps.bkg_subtract.sigma=2.5 --skip flat_field
  wfsgui run operation_file_001.xml
  wfsgui run x_rate.fits --override-flat my_flat.fits --stop-after flat_field
  wfsgui run visit_folder -o results --evidence results/evidence

Steps, parameters and reference types have the names that strun uses:
--steps.STEP.PARAMETER=VALUE for a parameter, --override-TYPE FILE for a reference file.

exit status: 0 everything was done, 1 a product failed or has no usable pixels, an input was declined, or evidence
was not written, 2 wrong usage, 130 stopped by Ctrl-C
"""

_INFO_EXAMPLES = """\
examples:
  wfsgui info *_rate.fits
  wfsgui info jw01234-o001_image2_00001_asn.json --json
  wfsgui info visit_folder --references

exit status: 0, or 1 if an input would be declined, or if references that were asked for are not known
"""

_DEMO_EXAMPLES = """\
examples:
  wfsgui demo
  wfsgui demo --visit older
  wfsgui demo --headless -o results
"""

_CRDS_EXAMPLES = """\
examples:
  wfsgui crds status
  wfsgui crds status visit_folder
  wfsgui crds prepare visit_folder
  wfsgui crds check
  wfsgui crds mend --yes
  wfsgui crds contexts
  wfsgui crds compare jwst_1535.pmap latest x_rate.fits

exit status: 0 nothing is missing or damaged, 1 something is, or could not be done, 2 wrong usage, 130 stopped by Ctrl-C
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

    Raises
    ------
    OSError
        If a file cannot be read or written; a fault of standard output is exit status 1.
    """
    _open_closed_streams()
    parser = _parser()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A name that the encoding of the terminal cannot show must not end the program.
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
            # The error is about a file, not about standard output.
            raise
        if not isinstance(error, BrokenPipeError):
            print(f"wfsgui: the output cannot be written ({error.strerror}); free some disk space.", file=sys.stderr)
        # Without this, Python reports an error when it flushes standard output at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _open_closed_streams() -> None:
    """Open the standard streams that the caller closed (``>&-``), in the order of their descriptors.

    Otherwise a result would get one of these descriptors, and what a library prints would be written into it.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), "r" if name == "stdin" else "w"))


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
        case "crds":
            from wfsgui.commands.crds.command import crds_command

            return crds_command(parsed)
        case "demo" if parsed.headless:
            from wfsgui.commands.demo import demo_command

            return demo_command(parsed)
        case _:
            return _window(parsed)


def _with_command(arguments: list[str]) -> list[str]:
    """Insert the command ``open`` where the arguments begin with a file or are empty."""
    opens = not arguments or arguments[0] == _NEW_WINDOW
    if opens or (arguments[0] not in _COMMANDS and Path(arguments[0]).exists()):
        return ["open", *arguments]
    return arguments


def _window(parsed: argparse.Namespace) -> int:
    # First of all: the files are read while the window is being imported.
    inputs = parsed.inputs if parsed.command == "open" else ()
    with Prefetch([path for path in inputs if not (is_parameter_file(path) or is_session_file(path))]) as prefetch:
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
        print("There is no display: the demonstration runs in an invisible window.", file=sys.stderr)
        from wfsgui.app import run_demo_session

        return run_demo_session(Kind(parsed.visit), parsed.output_dir, overwrite=parsed.overwrite)
    except ImportError as error:
        raise WfsguiError(
            f"The window cannot be opened: a library is missing ({error}); see the README, or use wfsgui run."
        ) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wfsgui",
        allow_abbrev=False,
        description="Calibrate JWST wavefront-sensing exposures with calwebb_wfs-image2, without resampling.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_open(commands)
    _add_run(commands)
    _add_info(commands)
    _add_crds(commands)
    _add_demo(commands)
    return parser


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, examples: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=examples,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _add_open(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    summary = "open files in the window (the word open may be omitted)"
    opens = _command(commands, "open", summary, _OPEN_EXAMPLES)
    opens.add_argument(_NEW_WINDOW, action="store_true", help="open a new window even if one is open already")
    opens.add_argument(
        "inputs",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="_rate file, association, folder with them, operation file of QUIP (.xml), or parameter file for them",
    )


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = _command(commands, "run", "calibrate _rate files and associations", _RUN_EXAMPLES)
    run.add_argument(
        "inputs",
        nargs="+",
        type=Path,
        metavar="INPUT",
        help="_rate file, association, folder with them, or operation file of QUIP (.xml)",
    )
    run.add_argument(
        "--parameter-file",
        type=Path,
        metavar="FILE",
        help="parameter file of the pipeline, .asdf or .cfg; it may also be one of the inputs",
    )
    run.add_argument(
        "--skip", action="append", default=[], metavar="STEP", help="skip a step (may be given several times)"
    )
    run.add_argument("--stop-after", metavar="STEP", help="last step to run; its result is saved")
    run.add_argument(
        "--evidence",
        type=Path,
        metavar="DIR",
        help="write what was measured and checked to a folder, as HTML, PDF, JSON and ECSV",
    )
    run.add_argument("--save-steps", action="store_true", help="save the result of each step with its standard suffix")
    run.add_argument(
        "--check-parity",
        action="store_true",
        help="run the official pipeline aside, too, and compare each result with its own; status 1 if they differ",
    )
    run.add_argument(
        "--allow-mismatch",
        action="store_true",
        help="subtract background exposures even if they do not match the science exposure",
    )
    run.add_argument(
        "--demo-references",
        action="store_true",
        help="use the reference files of the demonstration (not for science)",
    )
    # Without a default: the operation file of QUIP may name the folder.
    _add_output(run, None, "that of the operation file of QUIP, or else the current folder")


def _add_output(command: argparse.ArgumentParser, folder: Path | None, default: str) -> None:
    command.add_argument(
        "-o",
        "--output-dir",
        type=Path,
        default=folder,
        metavar="DIR",
        help=f"output folder (default: {default})",
    )
    command.add_argument("--overwrite", action="store_true", help="replace existing results")
    command.add_argument(
        "-j",
        "--jobs",
        type=_number_of_jobs,
        metavar="N",
        help="number of products to calibrate in parallel (default: as cores and memory allow)",
    )
    command.add_argument("--json", action="store_true", help="print a summary as JSON on standard output")
    command.add_argument("--log", type=Path, metavar="FILE", help="append the pipeline's log to a file")
    command.add_argument("-v", "--verbose", action="store_true", help="show the pipeline's log")


def _number_of_jobs(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not an integer of at least 1")
    return number


def _add_info(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    info = _command(commands, "info", "describe files and associations from their headers", _INFO_EXAMPLES)
    info.add_argument(
        "inputs", nargs="+", type=Path, metavar="FILE", help="_rate file, association, folder or operation file"
    )
    info.add_argument("--json", action="store_true", help="print JSON")
    info.add_argument(
        "--references", action="store_true", help="ask CRDS for the reference files (slower: imports jwst)"
    )


def _add_crds(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    crds = _command(commands, "crds", "describe CRDS, prepare its cache for work without a network", _CRDS_EXAMPLES)
    actions = crds.add_subparsers(dest="action", required=True, metavar="ACTION")
    status = _crds_action(actions, "status", "describe context, server and cache, and what exposures need")
    prepare = _crds_action(actions, "prepare", "download what exposures need; a stopped download is continued")
    _crds_action(actions, "check", "read the cache and compare it with what CRDS has published")
    mend = _crds_action(actions, "mend", "check the cache, and download damaged files again")
    mend.add_argument("--yes", action="store_true", help="remove locks and unfinished downloads without asking")
    _crds_action(actions, "contexts", "list the contexts of the server and of the cache")
    compare = _crds_action(actions, "compare", "list the references that two contexts select differently")
    for name in ("first", "second"):
        compare.add_argument(name, metavar="CONTEXT", help="name of a context, latest, build, or a date")
    for action, number in ((status, "*"), (prepare, "+"), (compare, "+")):
        action.add_argument(
            "inputs", nargs=number, type=Path, metavar="INPUT", help="_rate file, association or folder"
        )
    for action in (status, prepare):
        action.add_argument("--context", default="", metavar="NAME", help="another context than the one in force")


def _crds_action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str
) -> argparse.ArgumentParser:
    action = actions.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    action.add_argument("--json", action="store_true", help="print JSON")
    return action


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = _command(commands, "demo", "open the demonstration visit, or calibrate it without a window", _DEMO_EXAMPLES)
    demo.add_argument(
        "--visit",
        choices=[kind.value for kind in Kind],
        default=Kind.TODAY.value,
        help="today: routine sensing (default); older: routine sensing until 2024; mimf: multi-instrument sensing",
    )
    demo.add_argument("--headless", action="store_true", help="calibrate without a window")
    demo.set_defaults(check_parity=False)
    _add_output(demo, Path(), "the current folder")
