"""Rules (mappings) of a context: which files they are, and their download.

crds fetches the rules of all instruments one after the other, over a new connection each, without progress. For an
exposure only those of its instrument are needed.
"""

from __future__ import annotations

from crds.core import rmap
from crds.core.exceptions import CrdsError

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError
from wfsgui.core.crds.file_check import MAPPINGS
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.progress import DownloadWatch
from wfsgui.pipeline.crds.connection import is_connected, kept, server_address
from wfsgui.pipeline.crds.files import crds_file, fault_in_cache, fetch

__all__ = ["ensure_rules", "required_keys", "rule_names", "rules_fault"]


@kept
def _complete() -> set[tuple[str, str]]:
    """Return contexts and instruments whose rules have been found; crds keeps these in memory."""
    return set()


def ensure_rules(context: str, instrument: str, watch: DownloadWatch) -> None:
    """Download the rules of a context for one instrument, as far as they are not in the cache.

    Parameters
    ----------
    context : str
        Name of the context, for example ``jwst_1535.pmap``.
    instrument : str
        Name of the instrument.
    watch : DownloadWatch
        Who waits for the download.

    Raises
    ------
    CrdsFaultError
        If the rules cannot be had, or are damaged.
    StoppedError
        If a stop was asked for.
    """
    if (context, instrument) in _complete():
        return
    _fetch_rules(context, (context,), watch)
    mapping = _instrument_mapping(context, instrument)
    _fetch_rules(context, (mapping,), watch)
    _fetch_rules(context, _type_mappings(mapping), watch)
    _complete().add((context, instrument))


def rule_names(context: str, instrument: str) -> tuple[str, ...]:
    """Return the names of the rules; `ensure_rules` must have been called.

    Parameters
    ----------
    context, instrument : str
        See `ensure_rules`.

    Returns
    -------
    tuple of str
        The context, the mapping of the instrument, and one for each reference type.
    """
    mapping = _instrument_mapping(context, instrument)
    return (context, mapping, *_type_mappings(mapping))


def rules_fault(context: str, instrument: str) -> CrdsFault | None:
    """Look for a damaged rule of an instrument; None if there is none."""
    for name in rule_names(context, instrument):
        file = crds_file(name)
        if not file.path.is_file():
            return sentences.incomplete_context(context, name)
        if (fault := fault_in_cache(file, thorough=True)) is not None:
            return fault
    return None


@kept
def required_keys(context: str, instrument: str) -> tuple[str, ...]:
    """Return the metadata by which a context selects the references of an instrument.

    Parameters
    ----------
    context, instrument : str
        See `ensure_rules`.

    Returns
    -------
    tuple of str
        Dotted paths in small letters, for example ``meta.instrument.filter``.

    Raises
    ------
    CrdsFaultError
        If a rule is damaged.
    """
    try:
        pipeline = rmap.get_cached_mapping(context)
        keys = {*pipeline.get_imap(instrument).get_required_parkeys(), pipeline.instrument_key}
    except (CrdsError, OSError) as error:
        fault = rules_fault(context, instrument)
        raise CrdsFaultError(fault or sentences.other("reading its rules", " ".join(str(error).split()))) from error
    return tuple(sorted(key.lower() for key in keys))


def _fetch_rules(context: str, names: tuple[str, ...], watch: DownloadWatch) -> None:
    missing = [file for file in map(crds_file, names) if not file.path.is_file()]
    if any(not file.url for file in missing):
        raise CrdsFaultError(_absence(context, next(file for file in missing if not file.url)))
    fetch(missing, watch)


def _absence(context: str, file: CrdsFile) -> CrdsFault:
    if file.name == context:
        return sentences.unknown_context(context, server_address() if is_connected() else "")
    if is_connected():
        return sentences.not_on_server(file.name, server_address())
    return sentences.incomplete_context(context, file.name)


def _loaded(name: str) -> rmap.ContextMapping:
    """Load one mapping; those that it names are loaded when they are used."""
    try:
        return rmap.get_cached_mapping(name)
    except (CrdsError, OSError) as error:
        file = crds_file(name)
        fault = fault_in_cache(file, thorough=True) or sentences.unreadable(file.path, " ".join(str(error).split()))
        raise CrdsFaultError(fault) from error


def _instrument_mapping(context: str, instrument: str) -> str:
    names = {str(key).lower(): str(value) for key, value in _loaded(context).selector.items()}
    name = names.get(instrument.lower(), "")
    if not name.endswith(MAPPINGS):
        raise CrdsFaultError(sentences.no_match((f"{instrument or 'instrument'}",), context))
    return name


def _type_mappings(mapping: str) -> tuple[str, ...]:
    return tuple(sorted({str(name) for name in _loaded(mapping).selector.values() if str(name).endswith(MAPPINGS)}))
