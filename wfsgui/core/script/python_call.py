"""The Python text that makes a result with the official pipeline."""

from __future__ import annotations

from wfsgui.core.script.literal import literal
from wfsgui.core.script.stock_call import StockCall

__all__ = ["python_call"]

_INDENT = "    "


def python_call(call: StockCall) -> str:
    """Return a Python program that calls `Image2Pipeline.call`; it writes the result to the current folder.

    Parameters
    ----------
    call : StockCall
        What is called.

    Returns
    -------
    str
        The program, which needs nothing but jwst.
    """
    arguments = [f"steps={literal(call.steps, 1)}", "save_results=True"]
    if call.config_file is not None:
        arguments.insert(0, f"config_file={literal(str(call.config_file))}")
    if not call.association:
        made = [_call(literal(str(call.exposure)), arguments)]
    else:
        made = [
            f"association = {literal(call.members)}",
            "with tempfile.TemporaryDirectory() as folder:",
            f"    file = Path(folder, {literal(call.association)})",
            '    file.write_text(json.dumps(association), encoding="utf-8")',
            "\n".join(_INDENT + line for line in _call("str(file)", arguments).splitlines()),
        ]
    return "\n".join([*_head(call), *made]) + "\n"


def _head(call: StockCall) -> list[str]:
    imports = ["import os"] if call.environment else []
    if call.association:
        imports = sorted(["import json", *imports, "import tempfile", "from pathlib import Path"], key=_import_order)
    lines = [*imports, ""] if imports else []
    if call.environment:
        lines += [f"os.environ[{literal(name)}] = {literal(value)}" for name, value in call.environment.items()]
        # crds reads them when it is imported.
        lines.append("")
    return [*lines, "from jwst.pipeline import Image2Pipeline", ""]


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _call(given: str, arguments: list[str]) -> str:
    return "\n".join(["Image2Pipeline.call(", *(f"{_INDENT}{each}," for each in (given, *arguments)), ")"])
