"""The guide and the README say what is there: files, keys, menus, options and messages."""

from __future__ import annotations

import ast
import io
import re
import runpy
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path

import pytest

import wfsgui
from wfsgui.cli import main
from wfsgui.gui.actions.action_spec import ActionSpec
from wfsgui.gui.actions.action_table import ACTIONS

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
TEXTS = [*PAGES, ROOT / "README.md"]

LINK = re.compile(r"\]\(([^)#\s]+)")
KEY = re.compile(r"<kbd>(.+?)</kbd>")
NAMED = re.compile(r"\*([^*\n]+)\*\s+\(<kbd>(.+?)</kbd>")
MENU = re.compile(r"\*(File|Run|View|Image|Inspect|Help) > ([^*]+)\*")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*\.?")
# How often each is found in all the texts, at least: where one finds nothing, what is found proves nothing.
LEAST = {LINK: 30, KEY: 50, NAMED: 40, MENU: 10, OPTION: 25}
LEAST_MESSAGES = 30
LEAST_PICTURES = 10
LEAST_PAGES = 15
# Of widgets, not of actions.
OTHER_KEYS = {"Esc"}
# Taken out of the command line before it is parsed.
NAMED_OPTIONS = {"--steps.", "--override-", "--override-TYPE", "--override-flat"}


@pytest.fixture(scope="module")
def fill() -> Callable[[str], str]:
    made: Callable[[str], str] = runpy.run_path(str(ROOT / "docs" / "generated.py"))["fill"]
    return made


def by_name(path: Path) -> str:
    return path.name


def prose(path: Path) -> str:
    """Read a page without line ends: sentences are told, not lines."""
    return " ".join(path.read_text(encoding="utf-8").split())


def plain(spec: ActionSpec) -> str:
    return spec.text.replace("&", "").removesuffix("...")


@cache
def options() -> set[str]:
    """Ask the command line for its options."""
    said = io.StringIO()
    for command in ([], ["open"], ["run"], ["info"], ["demo"]):
        with redirect_stdout(said), pytest.raises(SystemExit):
            main([*command, "--help"])
    return set(OPTION.findall(said.getvalue())) | NAMED_OPTIONS


@cache
def sentences() -> str:
    """Collect every text of the program, with a mark where a name or a number is put in."""
    found = []
    for module in Path(wfsgui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            match node:
                case ast.Constant(value=str(text)):
                    found.append(text)
                case ast.JoinedStr(values=parts):
                    found.append("".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in parts))
    return "\n".join(found)


def pieces(message: str) -> Iterable[str]:
    """Split a message at what stands for names and numbers."""
    unescaped = message.replace("\\_", "_")
    return filter(None, (piece.strip(" .,:;()") for piece in unescaped.split("…")))


def messages() -> list[str]:
    """List the first cells of the tables of messages."""
    page = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    return [cell for cell in cells if cell not in ("Message", "---")]


@pytest.mark.parametrize("expression", LEAST, ids=lambda expression: expression.pattern)
def test_an_expression_finds_what_the_texts_hold(expression: re.Pattern[str]) -> None:
    assert sum(len(expression.findall(prose(page))) for page in TEXTS) >= LEAST[expression]


def test_there_are_pages_messages_and_options_to_look_at() -> None:
    assert len(PAGES) >= LEAST_PAGES
    assert len(messages()) >= LEAST_MESSAGES
    assert {"--help", "--version"} <= options() - NAMED_OPTIONS
    # An empty text is in any other.
    assert [message for message in messages() if not list(pieces(message))] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_what_is_linked_is_there(page: Path) -> None:
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
def test_a_key_is_that_of_the_action_named_with_it(page: Path) -> None:
    pairs = {(plain(spec), key) for spec in ACTIONS for key in spec.shortcuts}
    named = [(name.rpartition(" > ")[2], key) for name, key in NAMED.findall(prose(page))]
    assert [pair for pair in named if pair not in pairs] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_menus_have_what_is_said_to_be_in_them(page: Path) -> None:
    entries = {(spec.menu.replace("&", ""), plain(spec)) for spec in ACTIONS}
    assert [entry for entry in MENU.findall(prose(page)) if entry not in entries] == []


@pytest.mark.parametrize("page", TEXTS, ids=by_name)
def test_options_are_those_of_the_command_line(page: Path) -> None:
    named = set(OPTION.findall(page.read_text(encoding="utf-8")))
    assert named <= options()


@pytest.mark.parametrize("message", messages())
def test_messages_are_those_of_the_program(message: str) -> None:
    assert [piece for piece in pieces(message) if piece not in sentences()] == []


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_everything_that_comes_from_the_program_is_filled_in(page: Path, fill: Callable[[str], str]) -> None:
    assert "{{" not in fill(page.read_text(encoding="utf-8"))


def test_every_shortcut_is_listed(fill: Callable[[str], str]) -> None:
    listed = fill("{{ shortcuts }}")
    assert "{{" not in listed
    assert [key for spec in ACTIONS for key in spec.shortcuts if f"`{key}`" not in listed] == []


def test_the_citation_and_the_changelog_are_of_this_version() -> None:
    assert f"\nversion: {wfsgui.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{wfsgui.__version__}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
