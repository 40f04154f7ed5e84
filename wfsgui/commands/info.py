"""``wfsgui info``: what files and associations are, from their headers alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from wfsgui.commands.summary import info_summary, product_summary
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.exposure import ExposureInfo, read_exposure_info
from wfsgui.core.intake import Declined, Intake, take_in
from wfsgui.core.product import Member, Product

__all__ = ["info_command"]


def info_command(inputs: Sequence[Path], *, as_json: bool) -> int:
    """Say what was given and how it would be taken.

    Parameters
    ----------
    inputs : sequence of Path
        Files, associations and folders.
    as_json : bool
        Whether to write for programs.

    Returns
    -------
    int
        0, or 1 where something would be declined.
    """
    intake = take_in(inputs)
    print(_json(intake) if as_json else _text(intake))
    return 1 if intake.declined else 0


def _json(intake: Intake) -> str:
    content = {
        "products": [product_summary(product) for product in intake.products],
        "declined": [asdict(entry) | {"science": _known(entry)} for entry in intake.declined],
        "passed_over": [asdict(entry) for entry in intake.passed_over],
    }
    return json.dumps(content, indent=2, default=str)


def _known(entry: Declined) -> dict[str, object] | None:
    info = _readable(entry)
    return info_summary(info) if info is not None else None


def _readable(entry: Declined) -> ExposureInfo | None:
    """Read the headers of what was declined, where it is an exposure of some other kind."""
    try:
        return read_exposure_info(Path(entry.what))
    except InputDeclinedError:
        return None


def _text(intake: Intake) -> str:
    blocks = [_product_text(product) for product in intake.products]
    blocks += [f"passed over: {entry.why}" for entry in intake.passed_over]
    blocks += [_declined_text(entry) for entry in intake.declined]
    return "\n".join(blocks)


def _product_text(product: Product) -> str:
    lines = [product.name + (f"  ({product.association.table})" if product.association else "")]
    lines += _member_lines("science", product.science)
    for background in product.backgrounds:
        lines += _member_lines("background", background)
    lines += [f"  note: {notice}" for notice in product.notices]
    return "\n".join(lines)


def _declined_text(entry: Declined) -> str:
    info = _readable(entry)
    lines = [f"  {line}" for line in _info_lines(info)] if info is not None else []
    return "\n".join([entry.what, *lines, f"  declined: {entry.why}"])


def _member_lines(role: str, member: Member) -> list[str]:
    heading = f"  {role} {member.path.name}, found {member.found_by}"
    return [heading, *(f"    {line}" for line in _info_lines(member.info))]


def _info_lines(info: ExposureInfo) -> list[str]:
    where = f"program {info.program or '-'} observation {info.observation or '-'} visit {info.visit or '-'}"
    return [
        f"{info.instrument} {info.detector} {info.optical_elements}  {info.subarray} {info.size}  {info.exp_type}",
        f"{where} exposure {info.exposure or '-'}  {info.visit_type or 'no visit type'}",
        f"target {info.target or '-'}  {info.date_obs or 'no date'}  unit {info.unit or '-'}",
    ]
