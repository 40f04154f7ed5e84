"""Exposures of a session, made again from its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import Member, Product
from wfsgui.core.session.places import Places
from wfsgui.core.session.state import ExposureRecord, SessionState

__all__ = ["Reopened", "ReopenedExposure", "reopen"]


@dataclass(frozen=True)
class ReopenedExposure:
    """An exposure that was made again; its results are still to be restored.

    Attributes
    ----------
    exposure : Exposure
        The exposure, with the key that it had.
    record : ExposureRecord
        What it was, with the present places of its files.
    """

    exposure: Exposure
    record: ExposureRecord


@dataclass(frozen=True)
class Reopened:
    """Exposures of a session.

    Attributes
    ----------
    exposures : list of ReopenedExposure
        The exposures, each origin before its branches.
    left_out : list of (str, str)
        Products that cannot be opened, and why, one sentence each.
    notices : list of str
        What is not as it was, one sentence each.
    """

    exposures: list[ReopenedExposure] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def reopen(
    state: SessionState, places: Places, read_info: Callable[[Path], ExposureInfo] = read_exposure_info
) -> Reopened:
    """Make the exposures of a session again.

    Parameters
    ----------
    state : SessionState
        The session, with the present places of its files.
    places : Places
        Which files are missing, and which have changed.
    read_info : callable, optional
        Reads the headers of a file that has changed, or whose headers the session does not have.

    Returns
    -------
    Reopened
        What could be made, and what could not.
    """
    headers = _Headers(state, places, read_info)
    reopened = Reopened()
    made: dict[str, Exposure] = {}
    for record in state.exposures:
        try:
            product = _product(record, headers, reopened.notices)
        except WfsguiError as error:
            reopened.left_out.append((record.name, str(error)))
            continue
        origin = made.get(record.origin)
        exposure = Exposure(
            key=record.key,
            product=product,
            options=record.options,
            used_options=record.used_options,
            verdicts=list(record.verdicts),
            origin=origin,
            fork=record.fork if origin is not None else "",
            branch=record.branch,
            serial=record.serial,
        )
        made[record.key] = exposure
        reopened.exposures.append(ReopenedExposure(exposure, record))
        reopened.notices.extend(_missing_choices(record))
    reopened.notices.extend(
        f"{path.name} has changed since the session was written; look at it again." for path in places.changed
    )
    return reopened


class _Headers:
    """Headers of the members: those of the session, unless a file has changed since."""

    def __init__(self, state: SessionState, places: Places, read_info: Callable[[Path], ExposureInfo]) -> None:
        self._read = read_info
        changed = set(places.changed)
        self._known: dict[Path, ExposureInfo] = {}
        for record in state.files:
            place = places.found.get(record.path)
            if place is not None and place not in changed and record.info is not None and record.fingerprint:
                self._known[place] = replace(record.info, path=place)

    def of(self, path: Path) -> ExposureInfo:
        """Return the headers of a file; raises InputDeclinedError if it cannot be read."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]


def _product(record: ExposureRecord, headers: _Headers, notices: list[str]) -> Product:
    science = Member(headers.of(record.science.path), record.science.found_by)
    backgrounds: list[Member] = []
    own: list[str] = []
    for member in record.backgrounds:
        try:
            backgrounds.append(Member(headers.of(member.path), member.found_by))
        except WfsguiError as error:
            own.append(f"The background {member.path.name} is left out: {error}")
    notices.extend(f"{record.name}: {sentence}" for sentence in own)
    return Product(
        name=record.name,
        science=science,
        backgrounds=tuple(backgrounds),
        association=record.association,
        notices=(*record.notices, *own),
    )


def _missing_choices(record: ExposureRecord) -> list[str]:
    """Say which files of the choices are gone: a run would fail with them."""
    options = record.options
    chosen = {f"the {kind} reference": Path(name) for kind, name in options.overrides.items()}
    if options.parameter_file is not None:
        chosen["the parameter file"] = options.parameter_file
    return [
        f"{record.name}: {what} {path} does not exist any more; choose another one before you run it."
        for what, path in chosen.items()
        if path.is_absolute() and not path.is_file()
    ]
