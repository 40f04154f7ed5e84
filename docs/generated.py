"""Parts of the guide that are generated from the program: a hook of mkdocs."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout, suppress
from typing import Final

from wfsgui.cli import main
from wfsgui.core.files.fits_files import FITS_ENDINGS
from wfsgui.core.intake.association import MEMBER_TYPES
from wfsgui.core.intake.association_kind import ASSOCIATION_TYPES
from wfsgui.core.intake.eligibility import LATER_PRODUCTS
from wfsgui.core.intake.exposure_types import DISPERSERS, HARTMANN_SENSORS, IMAGE2_EXP_TYPES, STOCK_FAILS
from wfsgui.core.step_checks import assign_wcs, background, flat_field, photom
from wfsgui.core.step_checks.every_step import FLAGS_KEPT, LEVELS, NAN_WHERE_UNUSABLE, PLANES_KEPT, RATIOS
from wfsgui.core.step_checks.evidence import Check
from wfsgui.core.visit.roles import ACQUISITION_EXP_TYPES, Role
from wfsgui.gui.actions.action_table import ACTIONS, MENUS, MOUSE
from wfsgui.gui.settings.settings import SETTINGS

__all__ = ["fill", "on_page_markdown"]

# {{ name }} or {{ name of something }}
_PLACEHOLDER: Final = re.compile(r"\{\{ (\w+)(?: (\w+))? \}\}")

_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    "background": background.CHECKS,
    "assign_wcs": (*assign_wcs.CHECKS, PLANES_KEPT),
    "flat_field": (*flat_field.CHECKS, NAN_WHERE_UNUSABLE),
    "photom": (*photom.CHECKS, NAN_WHERE_UNUSABLE),
    "every": (FLAGS_KEPT,),
}
_INSTRUMENTS: Final = {"NRC": "NIRCam", "NIS": "NIRISS", "MIR": "MIRI", "FGS": "FGS", "NRS": "NIRSpec"}
_PICTURE: Final = re.compile(r"!\[[^\]]*\]\((images/[^)]+)\)")
_HELP_WIDTH: Final = "86"


def on_page_markdown(markdown: str, **_page: object) -> str:
    """Fill in the generated parts of a page, and link each picture to its full size; called by mkdocs."""
    return _PICTURE.sub(r"[\g<0>](\1)", fill(markdown))


def fill(markdown: str) -> str:
    """Fill in the generated parts of a page.

    Parameters
    ----------
    markdown : str
        A page with placeholders such as ``{{ shortcuts }}``.

    Returns
    -------
    str
        The page with the generated parts.

    Raises
    ------
    KeyError
        If a placeholder is unknown.
    """
    return _PLACEHOLDER.sub(lambda found: _MAKERS[found[1]](found[2] or ""), markdown)


def _shortcuts(_: str) -> str:
    """List the keys of every menu."""
    parts = []
    for menu in MENUS:
        rows = [
            (_keys(spec.shortcuts), _plain(spec.text), spec.tip)
            for spec in ACTIONS
            if spec.menu == menu and spec.shortcuts
        ]
        parts.append(f"## {_plain(menu)}\n\n{_table(('Keys', 'Action', 'What it does'), rows)}")
    return "\n".join(parts)


def _mouse(_: str) -> str:
    return _table(("Mouse", "What it does"), MOUSE)


def _settings(_: str) -> str:
    groups = dict.fromkeys(setting.group for setting in SETTINGS)
    return "\n".join(
        f"## {group}\n\n"
        + _table(
            ("Setting", "What it does"), [(each.title, each.explanation) for each in SETTINGS if each.group == group]
        )
        for group in groups
    )


def _checks(step: str) -> str:
    return "\n".join(f"**{check.name}.** {check.tip}\n" for check in _CHECKS[step])


def _facts(_: str) -> str:
    return _table(("Fact", "What it is"), [(each.name, each.tip) for each in (*LEVELS, *RATIOS)])


def _exposure_types(_: str) -> str:
    """List the accepted exposure types of each instrument."""
    rows = []
    for prefix, instrument in _INSTRUMENTS.items():
        own = [kind for kind in IMAGE2_EXP_TYPES if kind.startswith(f"{prefix}_")]
        images = [kind for kind in own if kind not in ACQUISITION_EXP_TYPES]
        rows.append((instrument, _names(images), _names(kind for kind in own if kind in ACQUISITION_EXP_TYPES)))
    return _table(("Instrument", "Images", "Acquisition and its confirmation"), rows)


def _declined(_: str) -> str:
    """List what is declined by its headers."""
    rows = [(f"`EXP_TYPE` {kind}", why) for kind, why in STOCK_FAILS.items()]
    rows += [(f"`{keyword}` COMPLETE", f"it is {what}") for keyword, what in LATER_PRODUCTS.items()]
    sensors = ", ".join(HARTMANN_SENSORS)
    rows.append((f"`FILTER` or `PUPIL` {', '.join(f'{name}...' for name in DISPERSERS)}", "it is dispersed"))
    return _table(("Header", "Why it is declined"), rows) + f"\n`PUPIL` {sensors} is taken, with a notice.\n"


def _inputs(_: str) -> str:
    """List the kinds of files that are accepted."""
    rows = [
        ("exposure", f"{_names(f'_rate{ending}' for ending in FITS_ENDINGS)}, in capitals too"),
        ("level-2 image association", f"`.json`, `asn_type` {' or '.join(f'`{kind}`' for kind in ASSOCIATION_TYPES)}"),
        ("members of an association", f"`exptype` {_names(sorted(MEMBER_TYPES))}"),
        ("folder", "its `*_asn.json` and `_rate` files"),
        ("parameter file", "`.asdf`, `.cfg`"),
    ]
    return _table(("Input", "What is accepted"), rows)


def _roles(_: str) -> str:
    """List the roles of exposures."""
    rows = [(role, _yes(yes=role.in_run_all), _yes(yes=role.in_level2)) for role in Role]
    return _table(("Role", "Part of *Run all*", "DMS makes a level-2 product"), rows)


def _yes(*, yes: bool) -> str:
    return "yes" if yes else "no"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def _help(command: str) -> str:
    """Return the help text of a command."""
    os.environ["COLUMNS"] = _HELP_WIDTH
    output = io.StringIO()
    with redirect_stdout(output), suppress(SystemExit):
        main([*filter(None, [command]), "--help"])
    return f"```text\n{output.getvalue()}```\n"


def _keys(shortcuts: Iterable[str]) -> str:
    return " or ".join(f"`{keys}`" for keys in shortcuts)


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("...")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


_MAKERS: Final[dict[str, Callable[[str], str]]] = {
    "shortcuts": _shortcuts,
    "mouse": _mouse,
    "settings": _settings,
    "checks": _checks,
    "facts": _facts,
    "exposure_types": _exposure_types,
    "declined": _declined,
    "inputs": _inputs,
    "roles": _roles,
    "help": _help,
}
