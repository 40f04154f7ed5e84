"""Evidence document of an exposure, a pair or a visit, made of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.assess.limits import DEFAULT_LIMITS
from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.data import circumstances_data
from wfsgui.core.evidence.document import Block, EvidenceDocument, Heading, Page, Sentence, Table, sign_of
from wfsgui.core.evidence.visit_page import visit_page
from wfsgui.core.files.names import printable
from wfsgui.core.visit.groups import visit_order, visits_of

if TYPE_CHECKING:
    from wfsgui.core.evidence.parts import ExposurePart, PairPart
    from wfsgui.core.evidence.records import EvidenceContext
    from wfsgui.core.model.product import Product

__all__ = ["document_name", "evidence_document"]

_SUFFIX: Final = "_evidence"
_LONGEST: Final = 180
"""Longest base name of the files, bytes: every file system takes it with the suffixes that are added."""


def document_name(products: Sequence[Product], pair: tuple[str, str] | None = None) -> str:
    """Return the base name of the evidence files.

    Parameters
    ----------
    products : sequence of Product
        The exposures of the document, at least one.
    pair : tuple of str, optional
        Names of the two exposures, if the document is about a pair.

    Returns
    -------
    str
        Name of the exposure, of the pair or of the visits, with ``_evidence``.
    """
    if pair is not None:
        stem = f"{_stem(pair[0])}_and_{_stem(pair[1])}"
    elif len(products) == 1:
        stem = _stem(products[0].name)
    else:
        visits = visits_of(products)
        first = visits[0]
        stem = f"jw{first.program or '00000'}{first.observation or '000'}{first.visit or '000'}"
        stem += f"_and_{len(visits) - 1}_more" if len(visits) > 1 else ""
    stem = "".join("_" if letter in '/\\:*?"<>|' or not letter.isprintable() else letter for letter in printable(stem))
    return stem.encode()[:_LONGEST].decode(errors="ignore") + _SUFFIX


def _stem(name: str) -> str:
    """Return the name of a product, which is that of a file if there is no association, without ``_rate.fits``."""
    for ending in (".gz", ".fits", "_rate"):
        name = name.removesuffix(ending)
    return name


def evidence_document(
    parts: Sequence[ExposurePart],
    pairs: Sequence[PairPart],
    context: EvidenceContext,
    *,
    name: str,
    left_out: Sequence[str] = (),
) -> EvidenceDocument:
    """Put the parts of a document together.

    Parameters
    ----------
    parts : sequence of ExposurePart
        Exposures.
    pairs : sequence of PairPart
        Comparisons of pairs.
    context : EvidenceContext
        Circumstances of the run.
    name : str
        Base name of the files.
    left_out : sequence of str, optional
        What is not in the document although it was asked for, one sentence each.

    Returns
    -------
    EvidenceDocument
        Summary, visits, pairs, exposures, limits; in this order.
    """
    ordered = sorted(parts, key=lambda part: visit_order(part.product))
    missing = (*left_out, *(fault for part in ordered for fault in part.faults))
    everything: tuple[ExposurePart | PairPart, ...] = (*pairs, *ordered)
    pages = [*_visit_pages(ordered), *(page for part in everything for page in part.pages)]
    limits = Page("Limits of the checks", (_limit_table(context),))
    title = f"Evidence: {_title(ordered, pairs)}"
    made = f"made by wfsgui {__version__} on {context.when[:16].replace('T', ' ')} UTC"
    summary = Page("Summary", tuple(_summary(ordered, pairs, context, missing)))
    return EvidenceDocument(
        name=name,
        title=title,
        made=made,
        pages=(summary, *pages, limits),
        quantities=tuple(row for part in everything for row in part.quantities),
        checks=tuple(row for part in everything for row in part.checks),
        data=circumstances_data(context)
        | {
            "title": title,
            "exposures": [dict(part.data) for part in ordered],
            "pairs": [dict(pair.data) for pair in pairs],
            "left_out": list(missing),
        },
    )


def _title(parts: Sequence[ExposurePart], pairs: Sequence[PairPart]) -> str:
    if len(parts) == 1:
        return parts[0].name
    if len(parts) == 2 and len(pairs) == 1:
        return f"pair {pairs[0].name}"
    return "; ".join(visit.text for visit in visits_of(part.product for part in parts)) or "nothing"


def _visit_pages(parts: Sequence[ExposurePart]) -> Iterator[Page]:
    if len(parts) < 2:
        return
    for visit in visits_of(part.product for part in parts):
        key = (visit.program, visit.observation, visit.visit)
        members = [part for part in parts if (part.info.program, part.info.observation, part.info.visit) == key]
        # A visit of background exposures alone has no page.
        if members:
            yield visit_page(visit.text, members)


def _summary(
    parts: Sequence[ExposurePart], pairs: Sequence[PairPart], context: EvidenceContext, missing: Sequence[str]
) -> Iterator[Block]:
    for sentence in missing:
        yield Sentence(f"Left out: {sentence}", Level.BAD)
    if not parts:
        yield Sentence("There are no exposures.", Level.CANNOT_TELL)
    listed: tuple[ExposurePart | PairPart, ...] = (*parts, *pairs)
    rows = [(each.name, f"{sign_of(each.overall)} {each.overall}", each.judgement or "not judged") for each in listed]
    if rows:
        yield Table(("exposure or pair", "checks together", "judgement of the analyst"), tuple(rows), (3.2, 1.1, 1.4))
    signs = ", ".join(f"{sign_of(level)} {level}" for level in Level)
    yield Sentence(f"Signs of the checks: {signs}. The worst check decides the level of an exposure.", is_small=True)
    yield Heading("Versions")
    versions = tuple(context.engine.versions.items())
    yield Table(("", ""), (("wfsgui", __version__), *versions), (1.0, 4.0))
    yield Heading("Reference data (CRDS)")
    crds = tuple((key, value or "not set") for key, value in context.engine.crds.items())
    yield Table(("", ""), crds, (1.0, 4.0)) if crds else Sentence("The settings of CRDS are not known.")
    for notice in (*context.notices, *context.engine.notices):
        yield Sentence(notice, Level.CARE)
    changed = [DEFAULT_LIMITS[key].name for key in DEFAULT_LIMITS if _is_changed(context, key)]
    if changed:
        yield Sentence(f"Limits that the analyst has changed: {', '.join(changed)}; see the last page.", Level.CARE)


def _limit_table(context: EvidenceContext) -> Table:
    return Table(("limit", "in force", "default", "source"), tuple(_limits(context)), (1.8, 1.2, 1.2, 2.4))


def _is_changed(context: EvidenceContext, key: str) -> bool:
    return context.limits[key].value != DEFAULT_LIMITS[key].value


def _limits(context: EvidenceContext) -> Iterator[tuple[str, ...]]:
    for key, default in DEFAULT_LIMITS.items():
        limit = context.limits[key]
        source = f"changed by the analyst; default from {default.source}" if _is_changed(context, key) else limit.source
        yield limit.name, limit.text, default.text, source
