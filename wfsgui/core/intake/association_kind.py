"""The kind of an association: level-2 image, another kind, or unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ASSOCIATION_TYPES", "AssociationKind", "Level", "kind_of"]

ASSOCIATION_TYPES: Final = ("image2", "wfs-image2")
"""``asn_type`` of the associations taken: of today, and of older WFS&C files."""

# What an absent value is written as; ``asn_from_list`` writes None as text.
_ABSENT: Final = ("", "none", "null")

# asn_type of the other associations that jwst makes, today and in older files.
_LEVEL_3_TYPE: Final = re.compile(r"(?:[a-z]+-)?(?:image|spec|ami|coron|tso)3|wfs|coron|ami")
_OTHER_LEVEL_2_TYPE: Final = re.compile(r"(?:[a-z]+-)?spec2|tso-image2")

# asn_rule, which has a prefix for associations of candidates. `DMSLevel2bBase` says nothing but the level.
_IMAGE2_RULE: Final = re.compile(r"(?:\w+_)?Asn_Lv2(?:Image(?:NonScience|Special)?|WFSC|FGS|CoronAsRate|NRSLAMPImage)")
_LEVEL_3_RULE: Final = re.compile(r"(?:\w+_)?Asn_Lv3\w*|DMS_Level3_Base")
_OTHER_LEVEL_2_RULE: Final = re.compile(r"(?:\w+_)?Asn_Lv2\w+")

_RATE: Final = re.compile(r"_rate(?:ints)?\.fits(?:\.gz)?$", re.IGNORECASE)
_CALIBRATED: Final = re.compile(r"_(?:cal|calints|crf|crfints|i2d|s2d|s3d)\.fits(?:\.gz)?$", re.IGNORECASE)


class Level(Enum):
    """Level and kind of an association."""

    IMAGE2 = auto()
    LEVEL_3 = auto()
    OTHER_LEVEL_2 = auto()
    UNKNOWN = auto()


@dataclass(frozen=True)
class AssociationKind:
    """The kind of an association, and what decided it.

    Attributes
    ----------
    level : Level
        Level and kind.
    name : str
        ``asn_type`` in lower case, or ``asn_rule``; empty where there is neither.
    reason : str
        What decided it where ``asn_type`` did not, for example ``its rule is Asn_Lv2WFSC``; empty otherwise.
    """

    level: Level
    name: str
    reason: str = ""


def kind_of(asn_type: object, asn_rule: object, members: Iterable[str]) -> AssociationKind:
    """Decide the kind of an association by its type, else by its rule, else by the names of its science members.

    Parameters
    ----------
    asn_type, asn_rule : object
        As the file has them; None where it does not.
    members : iterable of str
        ``expname`` of the science members.

    Returns
    -------
    AssociationKind
        `Level.UNKNOWN` where neither decides, and where the type is none of jwst's.
    """
    kind = _text(asn_type).lower()
    if kind:
        return AssociationKind(_level_of_type(kind), kind)
    rule = _text(asn_rule)
    level = _level_of_rule(rule)
    if level is not Level.UNKNOWN:
        return AssociationKind(level, rule, f"its rule is {rule}")
    names = tuple(members)
    for level, pattern, suffix in ((Level.IMAGE2, _RATE, "_rate"), (Level.LEVEL_3, _CALIBRATED, "_cal")):
        if names and all(map(pattern.search, names)):
            return AssociationKind(level, rule, f"its science members are {suffix} files")
    return AssociationKind(Level.UNKNOWN, rule)


def _text(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return "" if text.lower() in _ABSENT else text


def _level_of_type(kind: str) -> Level:
    if kind in ASSOCIATION_TYPES:
        return Level.IMAGE2
    if _LEVEL_3_TYPE.fullmatch(kind):
        return Level.LEVEL_3
    return Level.OTHER_LEVEL_2 if _OTHER_LEVEL_2_TYPE.fullmatch(kind) else Level.UNKNOWN


def _level_of_rule(rule: str) -> Level:
    if _IMAGE2_RULE.fullmatch(rule):
        return Level.IMAGE2
    if _LEVEL_3_RULE.fullmatch(rule):
        return Level.LEVEL_3
    return Level.OTHER_LEVEL_2 if _OTHER_LEVEL_2_RULE.fullmatch(rule) else Level.UNKNOWN
