"""CRDS rules (mappings) of the demonstration, as text: the references of each exposure."""

from __future__ import annotations

import hashlib
import json
import pprint
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from wfsgui.demo.references.detectors import (
    PARAMETERS,
    TABLE,
    Reference,
    instruments,
    reference_name,
    reference_types,
    references_of,
)

__all__ = ["CONTEXT_NAME", "WFSC_VISIT_TYPES", "mapping_texts", "server_config"]

CONTEXT_NAME: Final = "jwst_demonstration.pmap"
"""Context of the demonstration, the value of CRDS_CTX in its files.

CRDS finds a context by its file name. This name fits the patterns of mappings in CRDS, and differs from flight
contexts, which are ``jwst_NNNN.pmap``.
"""

WFSC_VISIT_TYPES: Final = ("PRIME_WFSC_ROUTINE", "PRIME_WFSC_SENSING_CONTROL", "PRIME_WFSC_SENSING_ONLY")
"""VISITYPE of the visits that flight operations calibrate without resampling."""

_DETECTOR_KEY: Final = "META.INSTRUMENT.DETECTOR"
_FILTER_KEY: Final = "META.INSTRUMENT.FILTER"
_GRATING_KEY: Final = "META.INSTRUMENT.GRATING"
_VISIT_KEY: Final = "META.VISIT.TYPE"
_ANY: Final = "N/A"
"""In a rule this value matches any value and a missing keyword; as a result it means no reference."""


def mapping_texts() -> dict[str, str]:
    """Make all rules: one context, one mapping for each instrument, one mapping for each reference type.

    The reference types and their selecting keywords are read from the specifications of the installed CRDS. Each
    instrument lists every type that CRDS knows, with "N/A" for types that the demonstration does not have. So every
    step gets an answer, and neither jwst nor crds is imported.

    Returns
    -------
    dict of str to str
        Text of each file, with its checksum, by file name.

    Raises
    ------
    FileNotFoundError
        If crds is not installed.
    """
    specifications = _specifications()
    all_types = sorted({kind for types in specifications.values() for kind in types} - {"all"})
    texts = {CONTEXT_NAME: _context_text()}
    for instrument in instruments():
        made = reference_types(instrument)
        rules = {kind: _mapping_name(instrument, kind) if kind in made else _ANY for kind in all_types}
        header = {"mapping": "INSTRUMENT", "parkey": ("REFTYPE",), "instrument": instrument}
        texts[_mapping_name(instrument)] = _text(_mapping_name(instrument), header, pprint.pformat(rules))
        for kind in made:
            texts[_mapping_name(instrument, kind)] = _rule_text(instrument, kind, specifications[instrument.lower()])
    return texts


def server_config() -> str:
    """Make the configuration that CRDS reads from the cache when there is no server.

    Returns
    -------
    str
        A Python literal.
    """
    configuration = {
        "observatory": "jwst",
        "operational_context": CONTEXT_NAME,
        "latest_context": CONTEXT_NAME,
        "edit_context": CONTEXT_NAME,
        "crds_version": {"str": version("crds")},
        "bad_files": "",
        "bad_files_list": [],
        "mappings": sorted(mapping_texts()),
        "force_remote_mode": False,
        "last_synced": "never: made by the wfsgui demonstration",
    }
    return pprint.pformat(configuration) + "\n"


def _specifications() -> dict[str, dict[str, dict[str, Any]]]:
    """Read {instrument: {reference type: specification}} from the installed crds, without importing it."""
    package = find_spec("crds")
    for folder in (package.submodule_search_locations or ()) if package else ():
        path = Path(folder, "jwst", "specs", "combined_specs.json")
        if path.is_file():
            specifications: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_text("utf-8"))
            return specifications
    raise FileNotFoundError("crds is not installed, or has lost its specifications of reference types.")


def _mapping_name(instrument: str, kind: str = "") -> str:
    parts = ("jwst", instrument.lower(), kind, "demonstration")
    return "_".join(part for part in parts if part) + (".rmap" if kind else ".imap")


def _context_text() -> str:
    rules = {instrument: _mapping_name(instrument) for instrument in instruments()}
    header = {"mapping": "PIPELINE", "parkey": ("META.INSTRUMENT.NAME",)}
    return _text(CONTEXT_NAME, header, pprint.pformat(rules))


def _rule_text(instrument: str, kind: str, specifications: dict[str, dict[str, Any]]) -> str:
    """Make the rules of one reference type.

    Flight rules also select by date. These rules do not: they apply to any date and to a missing one.
    """
    keywords = tuple(specifications[kind]["parkey"][0])
    if kind != PARAMETERS and _DETECTOR_KEY not in keywords:
        keywords = (_DETECTOR_KEY, *keywords)
    rules = "".join(f"    {match!r} : {name!r},\n" for match, name in _matches(instrument, kind, keywords).items())
    header = {
        "mapping": "REFERENCE",
        "parkey": (keywords,),
        "instrument": instrument,
        "filekind": kind,
        "classes": ("Match",),
    }
    return _text(_mapping_name(instrument, kind), header, f"Match({{\n{rules}}})")


def _matches(instrument: str, kind: str, keywords: tuple[str, ...]) -> dict[tuple[str, ...], str]:
    """Return the reference of every detector or, for parameters, of every kind of visit."""
    detectors = [detector for detector in TABLE if detector.instrument == instrument]
    if kind != PARAMETERS:
        return {
            tuple(_wanted(key, detector.name, reference) for key in keywords): reference_name(detector, reference)
            for detector in detectors
            for reference in references_of(instrument)
            if reference.kind == kind
        }
    # CRDS prefers the more specific match: the second one is for other visits and for files without VISITYPE.
    wfsc = tuple("|".join(WFSC_VISIT_TYPES) if key == _VISIT_KEY else _ANY for key in keywords)
    return {wfsc: reference_name(detectors[0], Reference(kind)), (_ANY,) * len(keywords): _ANY}


def _wanted(key: str, detector: str, reference: Reference) -> str:
    """Return the required value of a keyword; for NIRSpec only the mirror has references, no grating."""
    fixed = {_DETECTOR_KEY: detector, _FILTER_KEY: reference.filter or _ANY, _GRATING_KEY: "MIRROR"}
    return fixed.get(key, _ANY)


def _text(name: str, header: dict[str, Any], selector: str) -> str:
    """Assemble a mapping; its checksum in CRDS is the SHA-1 of all other lines."""
    entries = {
        "name": name,
        "observatory": "JWST",
        "derived_from": "generated by the wfsgui demonstration, not for science",
        **header,
    }
    lines = [f"    {key!r} : {value!r},\n" for key, value in sorted(entries.items())]
    opening, closing = "header = {\n", f"}}\n\nselector = {selector}\n"
    checksum = hashlib.sha1("".join([opening, *lines, closing]).encode(), usedforsecurity=False).hexdigest()
    return "".join([opening, *lines, f"    'sha1sum' : {checksum!r},\n", closing])
