"""``wfsgui info``: describe files and associations from their headers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from wfsgui.commands.preflight import preflight_cards, preflight_summary, role_summary, visit_summary, visit_text
from wfsgui.commands.quip import operation_summary
from wfsgui.commands.summary import info_summary, product_summary
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.products import Declined, Intake, take_in
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import Member, Product
from wfsgui.core.quip.operation_file import OperationFile
from wfsgui.core.quip.operations import expand
from wfsgui.core.visit.card import CardLine, PreflightCard
from wfsgui.core.visit.groups import visits_of
from wfsgui.core.visit.roles import role_of
from wfsgui.core.visit.space import disk_line

__all__ = ["info_command"]


def info_command(inputs: Sequence[Path], *, as_json: bool, references: bool = False) -> int:
    """Describe inputs and what ``wfsgui run`` would do with them.

    Parameters
    ----------
    inputs : sequence of Path
        Files, associations and folders.
    as_json : bool
        Whether to print JSON.
    references : bool, optional
        Whether to ask CRDS for the reference files. This imports the engine.

    Returns
    -------
    int
        0, or 1 if an input would be declined or references that were asked for are not known.
    """
    expanded = expand(inputs)
    intake = take_in(expanded.paths)
    intake.declined[:0] = expanded.declined
    cards = preflight_cards(intake.products, references=references)
    describe = _json if as_json else _text
    print(describe(intake, cards, expanded.operations))
    return 1 if intake.declined or (references and not all(card.knows_references for card in cards)) else 0


def _json(intake: Intake, cards: Sequence[PreflightCard], operations: Sequence[OperationFile]) -> str:
    content = {
        "operations": [operation_summary(operation) for operation in operations],
        "products": [
            product_summary(product) | preflight_summary(product, card)
            for product, card in zip(intake.products, cards, strict=True)
        ],
        "visits": [visit_summary(visit) for visit in visits_of(intake.products)],
        "disk": asdict(_disk(intake)),
        "declined": [asdict(entry) | {"science": _known(entry)} for entry in intake.declined],
        "passed_over": [asdict(entry) for entry in intake.passed_over],
    }
    return json.dumps(content, indent=2, default=str)


def _disk(intake: Intake) -> CardLine:
    return disk_line(Path(), [product.science.info.shape for product in intake.products])


def _known(entry: Declined) -> dict[str, object] | None:
    info = _readable(entry)
    return info_summary(info) | role_summary(role_of(info)) if info is not None else None


def _readable(entry: Declined) -> ExposureInfo | None:
    """Read the headers of a declined exposure; None if the file is no exposure."""
    try:
        return read_exposure_info(Path(entry.what))
    except InputDeclinedError:
        return None


def _text(intake: Intake, cards: Sequence[PreflightCard], operations: Sequence[OperationFile]) -> str:
    blocks = [_operation_text(operation) for operation in operations]
    blocks += [_product_text(product, card) for product, card in zip(intake.products, cards, strict=True)]
    blocks += [visit_text(visit) for visit in visits_of(intake.products)]
    blocks += [f"all products, {_disk(intake).text}"] if len(intake.products) > 1 else []
    blocks += [f"ignored: {entry.why}" for entry in intake.passed_over]
    blocks += [_declined_text(entry) for entry in intake.declined]
    return "\n".join(blocks)


def _operation_text(operation: OperationFile) -> str:
    return "\n".join(
        [
            f"{operation.path}  (operation file of QUIP)",
            f"  {operation.text}, {'operational' if operation.operational else 'a test'}",
            f"  results go to {operation.output_directory}",
            f"  QUIP_OUT goes to {operation.out_path}",
            f"  QUIP_ACTIVITY_LOG goes to {operation.log_path}",
        ]
    )


def _product_text(product: Product, card: PreflightCard) -> str:
    lines = [product.name + (f"  ({product.association.table})" if product.association else "")]
    lines += _member_lines("science", product.science)
    for background in product.backgrounds:
        lines += _member_lines("background", background)
    lines += [f"  note: {notice}" for notice in product.notices]
    lines += [f"  {line}" for line in card.as_text()]
    return "\n".join(lines)


def _declined_text(entry: Declined) -> str:
    info = _readable(entry)
    lines = [f"  {line}" for line in (*_info_lines(info), f"role {role_of(info).text}")] if info is not None else []
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
