"""Sentences about sessions."""

from __future__ import annotations

from typing import Final

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.session.left_sessions import LeftSession
from wfsgui.gui.session.restorer import Restored

__all__ = ["offer_details", "offer_text", "restored_text", "shortened"]

_MOST_LINES: Final = 12


def offer_text(session: LeftSession) -> str:
    """Return the sentence with which a session is offered."""
    if session.state is None or not session.state.exposures:
        results = _count(len(session.unsaved), "result")
        was = "was" if len(session.unsaved) == 1 else "were"
        left = f"{results[0].upper()}{results[1:]} {was} not saved." if session.unsaved else "It cannot be opened."
        return f"The session of {session.when} ended unexpectedly. {left}"
    content = _count(len({record.science.path for record in session.state.exposures}), "exposure")
    if session.has_ended:
        return f"Continue the session of {session.when}: {content}"
    unsaved = f", {_count(len(session.unsaved), 'result')} not saved" if session.unsaved else ""
    return f"The session of {session.when} ended unexpectedly: {content}{unsaved}. Continue it?"


def offer_details(session: LeftSession) -> str:
    """Return what a session that is offered consists of, a line each."""
    exposures = session.state.exposures if session.state is not None else ()
    names = [" · ".join(filter(None, (record.name, record.branch, str(record.state)))) for record in exposures]
    return "\n".join([*session.notices, *names, *map(str, session.unsaved)])


def restored_text(restored: Restored, told: str) -> tuple[str, str, bool]:
    """Return the sentence about a session that is open again, its details, and whether everything is as it was."""
    faults = [*(why for _, why in restored.left_out), *restored.notices]
    parts = [f"{told}: {_count(_products(restored.exposures), 'exposure')}"]
    results = sum(exposure.result is not None for exposure in restored.exposures)
    if results:
        parts.append(_count(results, "result"))
    sentences = [f"{', '.join(parts)}."]
    if restored.left_out:
        sentences.append(f"{_count(len(restored.left_out), 'exposure')} could not be opened.")
    again = [exposure for exposure in restored.exposures if _lacks_images(exposure)]
    if again:
        count = _count(len(again), "result")
        sentences.append(f"The images of the steps of {count} are not kept; run a step again to see its image.")
    if len(faults) == 1:
        return " ".join([*sentences, *faults]), "", False
    if faults:
        sentences.append(f"{len(faults)} things are not as they were.")
    return " ".join(sentences), "\n".join(faults), not faults


def shortened(details: str) -> str:
    """Return the first lines of a text, and how many more there are."""
    lines = details.splitlines()
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"... and {more} more"] if more > 0 else [])])


def _lacks_images(exposure: Exposure) -> bool:
    return any(exposure.stages[name].image is None for name in exposure.finished_steps)


def _products(exposures: list[Exposure]) -> int:
    return len({exposure.product.identity for exposure in exposures})


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"
