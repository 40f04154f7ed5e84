"""Tests of the settings: valid values are kept, others are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import ini
from wfsgui.gui.settings.settings import SETTINGS, Kind, Setting, Settings

BY_KEY = {setting.key: setting for setting in SETTINGS}
every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return ini(tmp_path / "wfsgui.ini")


def value(settings: Settings, setting: Setting) -> str | int:
    match setting.kind:
        case Kind.SWITCH:
            return settings.switch(setting.key)
        case Kind.NUMBER:
            return settings.number(setting.key)
        case _:
            return settings.text(setting.key)


@every_setting
def test_defaults_are_possible(settings: Settings, setting: Setting) -> None:
    assert setting.fault(setting.default) == ""
    assert value(settings, setting) == setting.default
    assert setting.explanation.endswith(".")


@pytest.mark.parametrize(
    ("key", "new"),
    [
        ("crds_path", "/grp/crds cache/ü"),
        ("crds_server", "https://jwst-crds.example.invalid"),
        ("crds_context", "jwst_1535.pmap"),
        ("output_folder", "~/results"),
        ("review", True),
        ("keep_going", False),
        ("preview_memory", 300),
        ("theme", "dark"),
        ("first_pixel", "0"),
    ],
)
def test_a_value_is_there_in_the_next_session(tmp_path: Path, qtbot: QtBot, key: str, new: str | int) -> None:
    settings = ini(tmp_path / "wfsgui.ini")
    with qtbot.waitSignal(settings.changed) as changed:
        settings.set(key, new)
    assert changed.args == [key]
    assert value(ini(tmp_path / "wfsgui.ini"), BY_KEY[key]) == new


def test_the_same_value_is_no_change(settings: Settings, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(settings.changed):
        settings.set("theme", "system")


@pytest.mark.parametrize(
    ("key", "bad", "why"),
    [
        ("crds_path", "cache", "whole path"),
        ("output_folder", "results", "whole path"),
        ("crds_server", "jwst-crds.example.invalid", "https://"),
        ("crds_server", "ftp://example.invalid", "https://"),
        ("crds_server", "https://", "https://"),
        ("crds_server", "https://[", "https://"),
        ("crds_context", "jwst 1535.pmap", "Remove the spaces"),
        ("theme", "purple", "system, light, dark"),
        ("first_pixel", "2", "1, 0"),
        ("preview_memory", 255, "256"),
        ("preview_memory", 2**40, "1048576"),
    ],
)
def test_impossible_settings_are_refused_with_a_sentence(
    settings: Settings, key: str, bad: str | int, why: str
) -> None:
    before = value(settings, BY_KEY[key])
    with pytest.raises(ValueError, match=r"\.$") as refused:
        settings.set(key, bad)
    assert why in str(refused.value)
    assert value(settings, BY_KEY[key]) == before


def test_a_file_is_no_folder(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="This is a file"):
        settings.set("output_folder", str(tmp_path / "file"))


def test_reading_a_setting_does_not_look_at_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = ini(tmp_path / "wfsgui.ini")
    settings.set("output_folder", str(tmp_path / "results"))
    looked_at: list[Path] = []

    def note(path: Path) -> bool:
        looked_at.append(path)
        return False

    for question in ("is_file", "is_dir", "exists", "stat"):
        monkeypatch.setattr(Path, question, note)
    assert settings.text("output_folder") == str(tmp_path / "results")
    assert looked_at == []


NONSENSE = {
    "crds_source": "theirs",
    "crds_path": "relative",
    "crds_server": "nowhere",
    "crds_context": "two words",
    "output_folder": "relative",
    "review": "perhaps",
    "keep_going": "7",
    "preview_memory": "much",
    "jobs": "65",
    "theme": "purple",
    "first_pixel": "-1",
}


@every_setting
@pytest.mark.parametrize("kept", ["nonsense", '"@Variant(\\0\\0\\0)"', "-1", "a, b, c", "@Invalid()", "9" * 30])
def test_nonsense_in_the_file_gives_what_is_possible(tmp_path: Path, setting: Setting, kept: str) -> None:
    path = tmp_path / "wfsgui.ini"
    path.write_text(f"[settings]\n{setting.key}={kept}\n")
    assert setting.fault(value(ini(path), setting)) == ""


@every_setting
def test_impossible_values_in_the_file_give_the_default(tmp_path: Path, setting: Setting) -> None:
    path = tmp_path / "wfsgui.ini"
    path.write_text(f"[settings]\n{setting.key}={NONSENSE[setting.key]}\n")
    assert value(ini(path), setting) == setting.default


def test_a_file_that_is_no_ini_file_gives_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "wfsgui.ini"
    path.write_bytes(bytes(range(256)) * 4)
    settings = ini(path)
    assert [value(settings, setting) for setting in SETTINGS] == [setting.default for setting in SETTINGS]


@pytest.mark.parametrize(
    ("state", "empty"),
    [(QByteArray(b"\x00\xff bytes"), QByteArray()), ({"stretch": "log", "lock": "true"}, {}), ("one\ntwo", "")],
)
def test_remembered_values_keep_their_type(tmp_path: Path, state: object, empty: object) -> None:
    path = tmp_path / "wfsgui.ini"
    first = ini(path)
    assert first.load_state("thing", empty) == empty
    first.save_state("thing", state)
    assert ini(path).load_state("thing", empty) == state


def test_remembered_things_of_another_type_are_passed_over(settings: Settings) -> None:
    settings.save_state("window_geometry", "nonsense")
    assert settings.load_state("window_geometry", QByteArray()) == QByteArray()
    settings.save_state("image_view", ["a", "b"])
    assert settings.load_state("image_view", {}) == {}
