"""Operation files of QUIP on the command line: where results go, and the files that are written at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.core.errors import OptionError, WfsguiError
from wfsgui.core.files.fits_files import real_path
from wfsgui.core.model.events import ProductFinished, ProductResult, RunCancelled, StepFinished
from wfsgui.core.quip.log_entries import EntryKind, LogEntry, declined_entries, result_entries, step_entries
from wfsgui.core.quip.output import existing_targets, write_quip_files

if TYPE_CHECKING:
    from wfsgui.core.intake.products import Declined, Intake
    from wfsgui.core.model.events import EndEvent, Event
    from wfsgui.core.model.product import Product
    from wfsgui.core.quip.operation_file import OperationFile
    from wfsgui.core.quip.operations import Expanded

__all__ = ["QuipRun", "operation_summary", "output_folder"]

_RESULT_ENDING = "_cal.fits"


class QuipRun:
    """Collect what a run does with the images of operation files, and write their files at the end.

    Parameters
    ----------
    operations : sequence of OperationFile
        Operation files of the run; may be empty.
    overwrite : bool
        Whether existing files may be replaced.

    Raises
    ------
    OptionError
        If a file exists and may not be replaced.
    """

    def __init__(self, operations: Sequence[OperationFile], *, overwrite: bool) -> None:
        self._operations = tuple(operations)
        self._overwrite = overwrite
        self._entries: dict[str, list[LogEntry]] = {}
        self._results: dict[str, ProductResult] = {}
        taken = () if overwrite else [path for operation in operations for path in existing_targets(operation)]
        if taken:
            # Before the run: at its end it would be too late.
            raise OptionError(f"{taken[0]} exists and is kept; add --overwrite to replace it.")

    def sensing_stage(self, product: Product) -> str:
        """Return the operation type of the last operation that lists an exposure; empty if none does."""
        path = real_path(product.science.path)
        types = [each.operation_type for each in self._operations if path in map(real_path, each.images)]
        return types[-1] if types else ""

    def add(self, event: Event) -> None:
        """Note an event of the run."""
        now = datetime.now(UTC)
        match event:
            case StepFinished():
                self._entries.setdefault(event.product, []).extend(step_entries(event, now))
            case ProductFinished():
                self._results[event.result.name] = event.result
                self._entries.setdefault(event.result.name, []).extend(result_entries(event.result, now))
            case _:
                pass

    def finish(self, end: EndEvent | None, intake: Intake) -> tuple[tuple[Path, ...], tuple[str, ...]]:
        """Write QUIP_OUT and QUIP_ACTIVITY_LOG of each operation.

        Parameters
        ----------
        end : RunFinished or RunFailed or RunCancelled or None
            End of the run; None if there was nothing to run.
        intake : Intake
            Accepted and declined inputs.

        Returns
        -------
        written : tuple of Path
            The files.
        faults : tuple of str
            Why files were not written, one sentence each.
        """
        written: list[Path] = []
        faults: list[str] = []
        for operation in self._operations:
            names = _products(operation, intake)
            entries = [entry for name in names for entry in self._entries.get(name, ())]
            entries += _other_entries(operation, end, intake)
            results = [self._results[name] for name in names if name in self._results]
            images = [path for result in results for path in result.saved if path.name.endswith(_RESULT_ENDING)]
            try:
                written += write_quip_files(operation, images, entries, overwrite=self._overwrite)
            except WfsguiError as error:
                faults.append(str(error))
        return tuple(written), tuple(faults)


def output_folder(asked: Path | None, given: Sequence[Path], expanded: Expanded) -> Path:
    """Choose the folder of the results.

    Parameters
    ----------
    asked : Path or None
        Folder of the command line; None without one.
    given : sequence of Path
        Inputs of the command line.
    expanded : Expanded
        The same without operation files.

    Returns
    -------
    Path
        The folder that was asked for; otherwise that of the operation files, or the current folder without any.

    Raises
    ------
    OptionError
        If the operation files name several folders, or if there are other inputs, too.
    """
    if asked is not None:
        return asked
    folders = {operation.output_directory for operation in expanded.operations}
    if not folders:
        return Path()
    if len(folders) > 1 or len(given) > len(expanded.operations) + len(expanded.declined):
        raise OptionError("The inputs have no output folder in common; give --output-dir and a folder.")
    return folders.pop()


def operation_summary(operation: OperationFile) -> dict[str, object]:
    """Describe an operation file.

    Parameters
    ----------
    operation : OperationFile
        The operation file.

    Returns
    -------
    dict of str to object
        Plain values, with paths as `Path`.
    """
    return {
        "path": operation.path,
        "correction_id": operation.correction_id,
        "operation_type": operation.operation_type,
        "images": operation.images,
        "output_directory": operation.output_directory,
        "quip_out": operation.out_path,
        "quip_activity_log": operation.log_path,
        "operational": operation.operational,
    }


def _products(operation: OperationFile, intake: Intake) -> tuple[str, ...]:
    images = {real_path(image) for image in operation.images}
    return tuple(product.name for product in intake.products if real_path(product.science.path) in images)


def _other_entries(operation: OperationFile, end: EndEvent | None, intake: Intake) -> list[LogEntry]:
    """Describe images that were left out, and a run that was stopped."""
    now = datetime.now(UTC)
    images = {str(path) for path in (operation.path, *operation.images)}

    def of_operation(entries: Sequence[Declined]) -> list[Declined]:
        return [entry for entry in entries if entry.what in images]

    found = list(declined_entries(of_operation(intake.declined), now))
    if isinstance(end, RunCancelled):
        found.append(LogEntry(EntryKind.WARNING, now, operation.path.name, ("the run was stopped before its end",)))
    return found
