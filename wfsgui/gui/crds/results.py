"""Sentences on what came of the tasks of the panel *CRDS*."""

from __future__ import annotations

from dataclasses import dataclass

from wfsgui.core.crds.cache_check import CacheCheck, FaultyFile
from wfsgui.core.crds.progress import MendResult
from wfsgui.core.crds.sentences import size_text
from wfsgui.gui.crds.work import Prepared

__all__ = ["Result", "of_check", "of_mending", "of_preparation"]


@dataclass(frozen=True)
class Result:
    """What came of a task.

    Attributes
    ----------
    colour : str
        Name of a colour of the palette.
    text : str
        One or two sentences.
    details : tuple of str
        A line each.
    task : str
        Text of the button *Mend the cache*; empty if there is nothing to mend.
    """

    colour: str
    text: str
    details: tuple[str, ...] = ()
    task: str = ""


def of_preparation(prepared: Prepared) -> Result:
    """Say what was downloaded, and whether the exposures can be run without a network."""
    download, needs = prepared.download, prepared.needs
    if download is None:
        fault = needs.fault
        return Result("bad", fault.sentence if fault is not None else "What the exposures need is not known.")
    done = f"{_files(len(download.downloaded))} downloaded ({size_text(download.size)})"
    if download.cancelled:
        return Result("warn", f"Stopped: {done}. Prepare for offline again continues where it ended.")
    if download.failed:
        faults = _faults(download.failed)
        return Result("bad", f"{_files(len(download.failed))} not downloaded. {faults[0]}", faults[1:])
    if not needs.is_ready:
        faults = tuple(exposure.fault.sentence for exposure in needs.exposures if exposure.fault is not None)
        why = faults[0] if faults else "See the table for what is missing."
        return Result("warn", f"{done}, but not every exposure is ready. {why}", faults[1:])
    if not download.downloaded:
        return Result("ok", "Nothing was missing: every file is in the cache, with the right checksum.")
    return Result("ok", f"{done}. Every file is in the cache, with the right checksum.")


def of_check(found: CacheCheck) -> Result:
    """Say what a check of the cache has found."""
    read = f"{_files(found.checked)} read"
    if found.cancelled:
        return Result("warn", f"Stopped: {read}.", _faults(found.faulty))
    unknown = f" CRDS has no checksum of {found.unknown} of them." if found.unknown else ""
    if found.is_sound:
        return Result("ok", f"{read}; the cache is sound.{unknown}")
    details = (*_faults(found.faulty), *(remnant.fault.what for remnant in found.remnants))
    parts = [f"download {_plain(len(found.faulty))}"] if found.faulty else []
    parts += [f"remove {_plain(len(found.remnants), 'remnant')}"] if found.remnants else []
    remnants = f"{_plain(len(found.remnants), 'remnant')} of earlier downloads"
    text = f"{read}: {len(found.faulty)} damaged, {remnants}.{unknown}"
    return Result("bad" if found.faulty else "warn", text, details, f"Mend: {', '.join(parts)}")


def of_mending(mended: MendResult) -> Result:
    """Say what was mended."""
    download = mended.download
    done = f"{_files(len(download.downloaded))} replaced, {_plain(len(mended.removed), 'remnant')} removed"
    if mended.is_complete:
        return Result("ok", f"{done}; the cache is mended.")
    faults = (*_faults(download.failed), *(f"{remnant.path} could not be removed." for remnant in mended.kept))
    if download.cancelled:
        return Result("warn", f"Stopped: {done}.", faults)
    return Result("bad", f"{done}; not everything is mended.", faults)


def _faults(files: tuple[FaultyFile, ...]) -> tuple[str, ...]:
    """Return the sentence of each fault once: a server that does not answer fails for every file."""
    return tuple(dict.fromkeys(faulty.fault.sentence for faulty in files))


def _files(count: int) -> str:
    return f"{_plain(count)} {'was' if count == 1 else 'were'}"


def _plain(count: int, what: str = "file") -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
