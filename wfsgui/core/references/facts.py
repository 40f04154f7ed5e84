"""What a reference file says of itself, in its primary header or in the tree of an ASDF file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["ReferenceFacts", "facts_of"]

_HEADER: Final = {
    "reference_type": "REFTYPE",
    "model_type": "DATAMODL",
    "telescope": "TELESCOP",
    "instrument": "INSTRUME",
    "detector": "DETECTOR",
    "module": "MODULE",
    "channel": "CHANNEL",
    "filter": "FILTER",
    "pupil": "PUPIL",
    "exp_type": "EXP_TYPE",
    "pedigree": "PEDIGREE",
    "use_after": "USEAFTER",
    "author": "AUTHOR",
    "description": "DESCRIP",
}
_TREE: Final = {
    "reference_type": "reftype",
    "model_type": "model_type",
    "telescope": "telescope",
    "instrument": "instrument.name",
    "detector": "instrument.detector",
    "module": "instrument.module",
    "channel": "instrument.channel",
    "filter": "instrument.filter",
    "pupil": "instrument.pupil",
    "exp_type": "exposure.type",
    "pedigree": "pedigree",
    "use_after": "useafter",
    "author": "author",
    "description": "description",
}
# Keywords with all values for which a file is used, divided by bars, beside the value of the file itself.
_PATTERNS: Final = {
    "module": ("P_MODULE", "instrument.p_module"),
    "channel": ("P_CHANNE", "instrument.p_channel"),
    "filter": ("P_FILTER", "instrument.p_filter"),
    "pupil": ("P_PUPIL", "instrument.p_pupil"),
    "exp_type": ("P_EXP_TY", "exposure.p_exptype"),
}


@dataclass(frozen=True, kw_only=True)
class ReferenceFacts:
    """What a reference file says of itself; a missing entry is an empty string or tuple.

    Attributes
    ----------
    reference_type : str
        REFTYPE, in lower case.
    model_type : str
        DATAMODL, the data model with which jwst opens the file.
    telescope, instrument, detector : str
        TELESCOP, INSTRUME, DETECTOR, in upper case.
    modules, channels, filters, pupils, exp_types : tuple of str
        Values of MODULE, CHANNEL, FILTER, PUPIL and EXP_TYPE for which the file is, in upper case; those of the pattern
        keywords (``P_FILTER`` and others) included.
    pedigree, use_after, author, description : str
        PEDIGREE, USEAFTER, AUTHOR, DESCRIP.
    """

    reference_type: str = ""
    model_type: str = ""
    telescope: str = ""
    instrument: str = ""
    detector: str = ""
    modules: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    pupils: tuple[str, ...] = ()
    exp_types: tuple[str, ...] = ()
    pedigree: str = ""
    use_after: str = ""
    author: str = ""
    description: str = ""


def facts_of(meta: Mapping[str, object], *, is_header: bool) -> ReferenceFacts:
    """Read what a file says of itself.

    Parameters
    ----------
    meta : mapping
        A primary header, or the entry ``meta`` of an ASDF tree.
    is_header : bool
        Whether it is a header.

    Returns
    -------
    ReferenceFacts
        The entries that it has.
    """
    names = _HEADER if is_header else _TREE

    def text(name: str) -> str:
        return _text(meta.get(name) if is_header else _entry(meta, name))

    return ReferenceFacts(
        reference_type=text(names["reference_type"]).lower(),
        model_type=text(names["model_type"]),
        telescope=text(names["telescope"]).upper(),
        instrument=text(names["instrument"]).upper(),
        detector=text(names["detector"]).upper(),
        modules=_values(text, "module", is_header=is_header),
        channels=_values(text, "channel", is_header=is_header),
        filters=_values(text, "filter", is_header=is_header),
        pupils=_values(text, "pupil", is_header=is_header),
        exp_types=_values(text, "exp_type", is_header=is_header),
        pedigree=text(names["pedigree"]),
        use_after=text(names["use_after"]),
        author=text(names["author"]),
        description=text(names["description"]),
    )


def _values(text: Callable[[str], str], name: str, *, is_header: bool) -> tuple[str, ...]:
    own = (_HEADER if is_header else _TREE)[name]
    pattern = _PATTERNS[name][0 if is_header else 1]
    found = [text(own), *text(pattern).split("|")]
    return tuple(dict.fromkeys(value.strip().upper() for value in found if value.strip()))


def _entry(tree: Mapping[str, object], path: str) -> object:
    found: object = tree
    for name in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found


def _text(value: object) -> str:
    """Return a value as text; a keyword without a value is no text."""
    return str(value).strip() if isinstance(value, str | int | float) else ""
