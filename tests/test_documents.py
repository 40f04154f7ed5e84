"""README, guide and CONTRIBUTING name files, modules, keys, menus, options and messages that exist."""

from __future__ import annotations

import ast
import io
import re
import runpy
import tomllib
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest

import wfsgui
from wfsgui.cli import main
from wfsgui.core.intake.association import MEMBER_TYPES
from wfsgui.core.intake.association_kind import ASSOCIATION_TYPES
from wfsgui.core.intake.eligibility import LATER_PRODUCTS
from wfsgui.core.intake.exposure_types import DISPERSERS, IMAGE2_EXP_TYPES, STOCK_FAILS
from wfsgui.core.visit.roles import ACQUISITION_EXP_TYPES, Role
from wfsgui.gui.actions.action_spec import ActionSpec
from wfsgui.gui.actions.action_table import ACTIONS

ROOT = Path(__file__).parent.parent
SOURCE = Path(wfsgui.__file__).parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md"]

LINK = re.compile(r"\]\(([^)#\s]+)")
KEY = re.compile(r"<kbd>(.+?)</kbd>")
NAMED = re.compile(r"\*([^*\n]+)\*\s+\(<kbd>(.+?)</kbd>")
MENU = re.compile(r"\*(File|Run|View|Image|Inspect|Help) > ([^*]+)\*")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*\.?")
# Least number of matches in all texts: a test on no match would prove nothing.
LEAST = {LINK: 30, KEY: 50, NAMED: 40, MENU: 10, OPTION: 25}
LEAST_MESSAGES = 30
LEAST_PICTURES = 10
LEAST_PAGES = 15
# In CONTRIBUTING: dotted names, folders and files between backticks or in a picture, and pictures of floors.
PACKAGES = ("commands", "core", "demo", "gui", "pipeline")
DOTTED = re.compile(rf"`(?:wfsgui\.)?((?:{'|'.join(PACKAGES)})(?:\.\w+)+)")
FOLDER = re.compile(r"(?<![\w/.])((?:\w+/)+)(?![\w])")
FILE = re.compile(r"(?<![\w/])((?:\w+/)*\w+\.(?:py|toml|lock))\b")
PICTURE = re.compile(r"^```\n(\w+)\n((?:  .+\n)+)```$", re.MULTILINE)
LEAST_NAMES = {DOTTED: 40, FOLDER: 35, FILE: 8, PICTURE: 5}
EXPOSURE_TYPE = re.compile(r"\b(?:NRC|NIS|MIR|FGS|NRS)_[A-Z0-9]+\b")
INSTRUMENT_ORDER = ("NRC", "NIS", "MIR", "FGS", "NRS")
# Keys of widgets, not of actions.
OTHER_KEYS = {"Enter", "Esc"}
# Taken out of the command line before it is parsed.
NAMED_OPTIONS = {"--steps.", "--override-", "--override-TYPE", "--override-flat"}


@pytest.fixture(scope="module")
def fill() -> Callable[[str], str]:
    made: Callable[[str], str] = runpy.run_path(str(ROOT / "docs" / "generated.py"))["fill"]
    return made


def by_name(path: Path) -> str:
    return path.name


def prose(path: Path) -> str:
    """Read a page without line ends, which may be within a sentence."""
    return " ".join(path.read_text(encoding="utf-8").split())


def plain(spec: ActionSpec) -> str:
    return spec.text.replace("&", "").removesuffix("...")


@cache
def options() -> set[str]:
    """Collect the options of the command line."""
    output = io.StringIO()
    for command in ([], ["open"], ["run"], ["info"], ["crds"], ["crds", "mend"], ["demo"]):
        with redirect_stdout(output), pytest.raises(SystemExit):
            main([*command, "--help"])
    return set(OPTION.findall(output.getvalue())) | NAMED_OPTIONS


@cache
def sentences() -> str:
    """Collect all strings of the program, with a NUL character for each inserted value."""
    found = []
    for module in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    found.append(text)
                case ast.JoinedStr(values=parts):
                    found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts))
    return "\n".join(found)


def pieces(message: str) -> Iterable[str]:
    """Split a message at the dots that stand for names and numbers."""
    unescaped = message.replace("\\_", "_")
    return filter(None, (piece.strip(" .,:;()") for piece in unescaped.split("…")))


def messages() -> list[str]:
    """List the messages in the first column of the tables."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    return [cell for cell in cells if cell not in ("Message", "---")]


@pytest.mark.parametrize("expression", LEAST, ids=lambda expression: expression.pattern)
def test_each_expression_finds_enough_matches(expression: re.Pattern[str]) -> None:
    assert sum(len(expression.findall(prose(page))) for page in TEXTS) >= LEAST[expression]


def test_there_are_enough_pages_messages_and_options() -> None:
    assert len(PAGES) >= LEAST_PAGES
    assert len(messages()) >= LEAST_MESSAGES
    assert {"--help", "--version"} <= options() - NAMED_OPTIONS
    # An empty piece would be found in any text.
    assert [message for message in messages() if not list(pieces(message))] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_linked_files_exist(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_picture_is_used() -> None:
    pictures = {path.name for path in (ROOT / "docs" / "images").iterdir()}
    assert len(pictures) >= LEAST_PICTURES
    text = "".join(path.read_text(encoding="utf-8") for path in TEXTS)
    assert {name for name in pictures if f"images/{name}" not in text} == set()


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_keys_are_those_of_the_actions(page: Path) -> None:
    keys = {key for spec in ACTIONS for key in spec.shortcuts}
    assert set(KEY.findall(prose(page))) <= keys | OTHER_KEYS


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_key_belongs_to_the_action_named_with_it(page: Path) -> None:
    pairs = {(plain(spec), key) for spec in ACTIONS for key in spec.shortcuts}
    named = [(name.rpartition(" > ")[2], key) for name, key in NAMED.findall(prose(page))]
    assert [pair for pair in named if pair not in pairs] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_named_menu_entries_exist(page: Path) -> None:
    entries = {(spec.menu.replace("&", ""), plain(spec)) for spec in ACTIONS}
    assert [entry for entry in MENU.findall(prose(page)) if entry not in entries] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_options_are_those_of_the_command_line(page: Path) -> None:
    named = set(OPTION.findall(page.read_text(encoding="utf-8")))
    assert named <= options()


@pytest.mark.parametrize("message", messages())
def test_quoted_messages_are_those_of_the_program(message: str) -> None:
    assert [piece for piece in pieces(message) if piece not in sentences()] == []


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_generated_parts_are_filled_in(page: Path, fill: Callable[[str], str]) -> None:
    assert "{{" not in fill(page.read_text(encoding="utf-8"))


def test_every_shortcut_is_listed(fill: Callable[[str], str]) -> None:
    listed = fill("{{ shortcuts }}")
    assert "{{" not in listed
    assert [key for spec in ACTIONS for key in spec.shortcuts if f"`{key}`" not in listed] == []


def table(filled: str) -> list[list[str]]:
    """Read the rows of a generated table, without its head."""
    lines = [line for line in filled.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_table_of_exposure_types_is_that_of_the_program(fill: Callable[[str], str]) -> None:
    rows = table(fill("{{ exposure_types }}"))
    assert [row[0] for row in rows] == ["NIRCam", "NIRISS", "MIRI", "FGS", "NIRSpec"]
    assert re.findall(r"`(\w+)`", "".join(row[1] + row[2] for row in rows)) == sorted(
        IMAGE2_EXP_TYPES, key=lambda kind: (INSTRUMENT_ORDER.index(kind[:3]), kind in ACQUISITION_EXP_TYPES)
    )
    assert set(re.findall(r"`(\w+)`", "".join(row[2] for row in rows))) <= set(ACQUISITION_EXP_TYPES)


def test_tables_of_inputs_and_roles_are_those_of_the_program(fill: Callable[[str], str]) -> None:
    inputs, declined = fill("{{ inputs }}"), fill("{{ declined }}")
    for name in (*ASSOCIATION_TYPES, *MEMBER_TYPES):
        assert f"`{name}`" in inputs
    assert [row[0] for row in table(declined)] == [
        *(f"`EXP_TYPE` {kind}" for kind in STOCK_FAILS),
        *(f"`{keyword}` COMPLETE" for keyword in LATER_PRODUCTS),
        f"`FILTER` or `PUPIL` {', '.join(f'{name}...' for name in DISPERSERS)}",
    ]
    assert [row[:2] for row in table(fill("{{ roles }}"))] == [
        [role, "yes" if role.in_run_all else "no"] for role in Role
    ]


def test_guide_has_these_tables_and_names_no_other_exposure_type() -> None:
    page = (ROOT / "docs" / "opening.md").read_text(encoding="utf-8")
    for name in ("inputs", "exposure_types", "declined", "roles"):
        assert f"{{{{ {name} }}}}" in page
    named = {kind for text in PAGES for kind in EXPOSURE_TYPE.findall(text.read_text(encoding="utf-8"))}
    assert named <= {*IMAGE2_EXP_TYPES, *STOCK_FAILS}


def contributing() -> str:
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def defined_names(module: Path) -> set[str]:
    """List classes, functions, constants and methods (``Class.method``) of a module."""
    found: set[str] = set()
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        match node:
            case ast.ClassDef(name=name, body=body):
                found |= {name, *(f"{name}.{each.name}" for each in body if isinstance(each, ast.FunctionDef))}
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case _:
                pass
    return found


def exists(dotted: str) -> bool:
    """Whether a dotted name is a package, a module, or a name that a module defines."""
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        path, rest = SOURCE.joinpath(*parts[:count]), ".".join(parts[count:])
        if path.with_suffix(".py").is_file():
            return not rest or rest in defined_names(path.with_suffix(".py"))
        if path.is_dir():
            return not rest
    return False


def is_in_the_project(path: str) -> bool:
    """Whether a file or folder is in the project, named from its root or from the source."""
    return any((folder / path).exists() for folder in (ROOT, SOURCE))


@pytest.mark.parametrize("expression", LEAST_NAMES, ids=lambda expression: expression.pattern)
def test_each_expression_finds_enough_names_in_contributing(expression: re.Pattern[str]) -> None:
    assert len(expression.findall(contributing())) >= LEAST_NAMES[expression]


def test_dotted_names_in_contributing_exist() -> None:
    assert [name for name in DOTTED.findall(contributing()) if not exists(name)] == []


@pytest.mark.parametrize("expression", [FOLDER, FILE], ids=["folders", "files"])
def test_paths_in_contributing_exist(expression: re.Pattern[str]) -> None:
    assert [path for path in expression.findall(contributing()) if not is_in_the_project(path)] == []


@pytest.mark.parametrize("name", ["core.model.nothing", "core.nothing", "core.model.flags.NOTHING"])
def test_unknown_names_are_found(name: str) -> None:
    assert exists("core.model.flags.FLAGS")
    assert not exists(name)


def test_floors_in_contributing_are_those_of_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    floors = {
        contract.get("containers", ["wfsgui"])[0].rpartition(".")[2]: [
            {module.rpartition(".")[2] for module in layer.split(" | ")} for layer in contract["layers"]
        ]
        for contract in contracts
        if contract["type"] == "layers"
    }
    shown = {
        package: [set(line.split()) for line in lines.splitlines()]
        for package, lines in PICTURE.findall(contributing())
    }
    assert shown == floors


def test_every_room_is_in_the_table_of_contributing() -> None:
    table = contributing().partition("### Where to change what")[2].partition("\n###")[0]
    rooms = {path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.glob("*/*/__init__.py")}
    assert {room for room in rooms if f"`{room}/`" not in table} == set()


def test_the_citation_and_the_changelog_are_of_this_version() -> None:
    assert f"\nversion: {wfsgui.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{wfsgui.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
