"""Parts of the guide that are generated from the program: a hook of mkdocs."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout, suppress
from typing import Final

from wfsgui.cli import main
from wfsgui.core.step_checks import assign_wcs, background, flat_field, photom
from wfsgui.core.step_checks.every_step import FLAGS_KEPT, LEVELS, NAN_WHERE_UNUSABLE, PLANES_KEPT, RATIOS
from wfsgui.core.step_checks.evidence import Check
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
    "help": _help,
}
