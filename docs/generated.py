"""What the guide takes from the program when it is built, so that it never says anything else: a hook of mkdocs."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout, suppress
from typing import Final

from wfsgui.cli import main
from wfsgui.core.step_checks import assign_wcs as sky_effect
from wfsgui.core.step_checks import background as background_effect
from wfsgui.core.step_checks import flat_field as flat_effect
from wfsgui.core.step_checks import photom as photom_effect
from wfsgui.core.step_checks.every_step import FLAGS_KEPT, LEVELS, NAN_WHERE_UNUSABLE, PLANES_KEPT, RATIOS
from wfsgui.core.step_checks.evidence import Check
from wfsgui.gui.actions.action_table import ACTIONS, MENUS, MOUSE
from wfsgui.gui.settings.settings import SETTINGS

__all__ = ["fill", "on_page_markdown"]

# {{ name }} or {{ name of something }}
_PLACE: Final = re.compile(r"\{\{ (\w+)(?: (\w+))? \}\}")

_CHECKS: Final[dict[str, tuple[Check, ...]]] = {
    "background": background_effect.CHECKS,
    "assign_wcs": (*sky_effect.CHECKS, PLANES_KEPT),
    "flat_field": (*flat_effect.CHECKS, NAN_WHERE_UNUSABLE),
    "photom": (*photom_effect.CHECKS, NAN_WHERE_UNUSABLE),
    "every": (FLAGS_KEPT,),
}
_PICTURE: Final = re.compile(r"!\[[^\]]*\]\((images/[^)]+)\)")
_HELP_WIDTH: Final = "86"


def on_page_markdown(markdown: str, **_page: object) -> str:
    """Fill the places of a page, and let a click show a picture in its full size; called by mkdocs."""
    return _PICTURE.sub(r"[\g<0>](\1)", fill(markdown))


def fill(markdown: str) -> str:
    """Put in what comes from the program.

    Parameters
    ----------
    markdown : str
        A page, with places such as ``{{ shortcuts }}``.

    Returns
    -------
    str
        The page without them.

    Raises
    ------
    KeyError
        If there is nothing of that name.
    """
    return _PLACE.sub(lambda place: _MAKERS[place[1]](place[2] or ""), markdown)


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


def _help(command: str) -> str:
    """Write what the command line says of itself."""
    os.environ["COLUMNS"] = _HELP_WIDTH
    said = io.StringIO()
    with redirect_stdout(said), suppress(SystemExit):
        main([*filter(None, [command]), "--help"])
    return f"```text\n{said.getvalue()}```\n"


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
    "help": _help,
}
