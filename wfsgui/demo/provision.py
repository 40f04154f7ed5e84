"""Reference files and visits of the demonstration, made if they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.products import Intake, take_in
from wfsgui.demo.visit.kinds import Kind

__all__ = ["demo_folder", "demo_products", "demo_references", "demo_settings", "has_demo_references"]


def _print(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def demo_folder() -> Path:
    """Return the folder of the demonstration, in the user's cache directory."""
    return user_cache_path("wfsgui", appauthor=False) / "demonstration"


def demo_settings(say: Callable[[str], None] = _print) -> dict[str, str]:
    """Return the CRDS settings that select the demonstration's reference files.

    Parameters
    ----------
    say : callable, optional
        Receives a sentence about work that takes a while.

    Returns
    -------
    dict of str to str
        Settings to apply before other parts of the demonstration are made, because these import crds.

    Raises
    ------
    WfsguiError
        If the demonstration is not installed or cannot be written.
    """
    with _building("reference files", say):
        from wfsgui.demo.references.crds_cache import ensure_cache, environment

        return environment(ensure_cache(demo_folder() / "crds"))


def demo_references(detectors: Iterable[str], say: Callable[[str], None] = _print) -> None:
    """Make the missing reference files of the demonstration for some detectors.

    Parameters
    ----------
    detectors : iterable of str
        Detectors of the exposures to calibrate.
    say : callable, optional
        Receives a sentence about work that takes a while.

    Raises
    ------
    WfsguiError
        If the demonstration is not installed, has no references for a detector, or cannot be written.
    """
    with _errors_explained("reference files"):
        from wfsgui.demo.references.crds_cache import DETECTORS, ensure_references, has_references

        for detector in sorted(set(detectors)):
            if detector not in DETECTORS:
                raise WfsguiError(f"The demonstration has no reference files for {detector}.")
            if not has_references(demo_folder() / "crds", detector):
                say(f"Making the demonstration's reference files for {detector}.")
            ensure_references(demo_folder() / "crds", detector)


def has_demo_references(detector: str) -> bool:
    """Whether the demonstration's reference files for a detector exist.

    Parameters
    ----------
    detector : str
        DETECTOR of an exposure.

    Returns
    -------
    bool
        False for a detector that the demonstration does not have, too.

    Raises
    ------
    WfsguiError
        If the demonstration is not installed.
    """
    with _errors_explained("reference files"):
        from wfsgui.demo.references.crds_cache import DETECTORS, has_references

        return detector in DETECTORS and has_references(demo_folder() / "crds", detector)


def demo_products(kind: Kind, say: Callable[[str], None] = _print) -> Intake:
    """Make a visit, and return each science exposure once, with its backgrounds if it has some.

    Parameters
    ----------
    kind : Kind
        Visit to make.
    say : callable, optional
        Receives a sentence about work that takes a while.

    Returns
    -------
    Intake
        Products of the science exposures.

    Raises
    ------
    WfsguiError
        If the demonstration is not installed, cannot be written or is damaged.
    """
    with _building("visit", say):
        from wfsgui.demo.visit.visit import DEMONSTRATION, ensure_visit

        visit = ensure_visit(demo_folder() / kind.folder, DEMONSTRATION[kind])
    intake = Intake()
    for path in visit.opened:
        found = take_in([path])
        if found.declined:
            raise WfsguiError(
                f"The demonstration's visit is damaged: {found.declined[0].why} Delete {visit.folder}, and try again."
            )
        taken = {product.name for product in intake.products}
        intake.products += [product for product in found.products if product.name not in taken]
    return intake


@contextmanager
def _building(what: str, say: Callable[[str], None]) -> Iterator[None]:
    """Report work that may take a while, and turn its errors into one sentence."""
    say(f"Looking for the demonstration's {what} in {demo_folder()}; they are made if missing.")
    with _errors_explained(what):
        yield


@contextmanager
def _errors_explained(what: str) -> Iterator[None]:
    """Turn errors into one sentence."""
    try:
        yield
    except ImportError as error:
        raise WfsguiError(
            f"The demonstration needs the package {error.name}; install it with: pip install 'wfsgui[demo]'"
        ) from error
    except OSError as error:
        raise WfsguiError(f"The demonstration's {what} cannot be written to {demo_folder()}: {error}.") from error
