"""CRDS rules (mappings) of the demonstration, as text: which reference serves which exposure."""

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
"""The context, as CRDS_CTX of every product will say it.

CRDS looks a context up by its file name alone; this one also satisfies the patterns by which CRDS's own tools tell
mappings from other files (a flight context is ``jwst_NNNN.pmap``, so the two cannot be confused).
"""

WFSC_VISIT_TYPES: Final = ("PRIME_WFSC_ROUTINE", "PRIME_WFSC_SENSING_CONTROL", "PRIME_WFSC_SENSING_ONLY")
"""VISITYPE of the visits whose exposures flight operations calibrate without resampling."""

_DETECTOR_KEY: Final = "META.INSTRUMENT.DETECTOR"
_FILTER_KEY: Final = "META.INSTRUMENT.FILTER"
_GRATING_KEY: Final = "META.INSTRUMENT.GRATING"
_VISIT_KEY: Final = "META.VISIT.TYPE"
_ANY: Final = "N/A"
"""As a value to match, CRDS takes this as "does not matter", a missing keyword included; as a result, as "none"."""


def mapping_texts() -> dict[str, str]:
    """Write all rules: one context, one mapping an instrument, one mapping a reference type.

    The reference types, and the header keywords that each is selected by, come from the specifications that the
    installed CRDS carries. Every type known to CRDS for any instrument is listed for each of ours, "N/A" where the
    demonstration has none: that covers whatever a step asks for, and needs neither jwst nor crds to be imported.

    Returns
    -------
    dict of str to str
        File name and text with its checksum.

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
    """Write what a CRDS server would tell of itself; CRDS reads it from the cache when there is no server.

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
    """Write the rules of one reference type.

    Flight rules go on to choose by date; ours serve any date, one that is missing included, and so leave that out.
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
    """Give the reference of every detector, or, for parameters, of every kind of visit."""
    detectors = [detector for detector in TABLE if detector.instrument == instrument]
    if kind != PARAMETERS:
        return {
            tuple(_wanted(key, detector.name, reference) for key in keywords): reference_name(detector, reference)
            for detector in detectors
            for reference in references_of(instrument)
            if reference.kind == kind
        }
    # CRDS prefers the match that names more values: the second serves every other visit, and files without VISITYPE.
    wfsc = tuple("|".join(WFSC_VISIT_TYPES) if key == _VISIT_KEY else _ANY for key in keywords)
    return {wfsc: reference_name(detectors[0], Reference(kind)), (_ANY,) * len(keywords): _ANY}


def _wanted(key: str, detector: str, reference: Reference) -> str:
    """Give the value that a keyword must have; gratings have no references here, only NIRSpec's mirror has."""
    fixed = {_DETECTOR_KEY: detector, _FILTER_KEY: reference.filter or _ANY, _GRATING_KEY: "MIRROR"}
    return fixed.get(key, _ANY)


def _text(name: str, header: dict[str, Any], selector: str) -> str:
    """Assemble a mapping; CRDS's checksum is the SHA-1 of every line but the one that holds it."""
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
