"""Settings of the analyst: a table with type, default and explanation, and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, QSettings, Signal

from wfsgui.core.files.fits_files import is_file
from wfsgui.gui.widgets.theme import SCHEMES

__all__ = ["CRDS_VARIABLES", "DEMONSTRATION", "SETTINGS", "Kind", "Setting", "Settings"]

_State = TypeVar("_State")


class Kind(Enum):
    """Type of the values of a setting."""

    FOLDER = auto()
    ADDRESS = auto()
    TEXT = auto()
    CHOICE = auto()
    SWITCH = auto()
    NUMBER = auto()


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting.

    Attributes
    ----------
    key : str
        Key in the settings file.
    group, title, explanation : str
        Texts in the settings dialog.
    kind : Kind
        Type of its values.
    default : str, int or bool
        Value until it is set; with an empty text the program decides.
    choices : mapping of str to str
        Values of a CHOICE, and their names in the dialog.
    minimum, maximum : int
        Bounds of a NUMBER.
    """

    key: str
    group: str
    title: str
    explanation: str
    kind: Kind
    default: str | int | bool
    choices: Mapping[str, str] = field(default_factory=dict)
    minimum: int = 0
    maximum: int = 0

    def fault(self, value: str | int) -> str:
        """Return in one sentence why a value is not possible; empty if it is. Reads the disk for a folder."""
        fault = self.form_fault(value)
        if not fault and self.kind is Kind.FOLDER and value and is_file(Path(str(value)).expanduser()):
            return "This is a file; give a folder."
        return fault

    def form_fault(self, value: str | int) -> str:
        """Return in one sentence why a value is not possible; empty if it is. Does not read the disk."""
        match self.kind, value:
            case Kind.FOLDER, str() if value and not Path(value).expanduser().is_absolute():
                return "Give the whole path of the folder, beginning at the root or at your home folder (~)."
            case Kind.ADDRESS, str() if value and not _is_address(value):
                return "Give an address that begins with https:// or http://."
            case Kind.TEXT, str() if any(character.isspace() for character in value):
                return "Remove the spaces."
            case Kind.CHOICE, _ if value not in self.choices:
                return f"Choose one of {', '.join(self.choices)}."
            case Kind.NUMBER, int() if not self.minimum <= value <= self.maximum:
                return f"Choose a number from {self.minimum} to {self.maximum}."
        return ""


DEMONSTRATION: Final = "demonstration"
"""Value of ``crds_source`` for the reference files of the demonstration."""

SETTINGS: Final = (
    Setting(
        key="crds_source",
        group="Reference files",
        title="Reference files",
        explanation=(
            "The demonstration's are simulated: the pipeline runs without a network and a cache, but the results are "
            "not for science. A change of this and of the next three takes effect at once: the pipeline is started "
            "anew when the running exposures have ended."
        ),
        kind=Kind.CHOICE,
        default="crds",
        choices={"crds": "those of CRDS, as set below", DEMONSTRATION: "those of the demonstration"},
    ),
    Setting(
        key="crds_path",
        group="Reference files",
        title="CRDS cache",
        explanation="Folder of the reference files (CRDS_PATH). Empty: as the environment says, or ~/crds_cache.",
        kind=Kind.FOLDER,
        default="",
    ),
    Setting(
        key="crds_server",
        group="Reference files",
        title="CRDS server",
        explanation="Address of the server (CRDS_SERVER_URL). Empty: as the environment says, or the official one.",
        kind=Kind.ADDRESS,
        default="",
    ),
    Setting(
        key="crds_context",
        group="Reference files",
        title="CRDS context",
        explanation=(
            "Name of the context (CRDS_CONTEXT), for example jwst_1535.pmap. Empty: as the environment says, or the "
            "one in operation."
        ),
        kind=Kind.TEXT,
        default="",
    ),
    Setting(
        key="output_folder",
        group="Results",
        title="Output folder",
        explanation="Where Save _cal puts results. Empty: beside the _rate file.",
        kind=Kind.FOLDER,
        default="",
    ),
    Setting(
        key="review",
        group="Running",
        title="Step-by-step review",
        explanation="A run waits after each step until you accept, redo or reject it.",
        kind=Kind.SWITCH,
        default=False,
    ),
    Setting(
        key="keep_going",
        group="Running",
        title="Go on after a failure",
        explanation="When an exposure fails, the next one is run all the same.",
        kind=Kind.SWITCH,
        default=True,
    ),
    Setting(
        key="jobs",
        group="Running",
        title="Exposures side by side",
        explanation=(
            "How many exposures Run all calibrates at the same time, in processes of their own. 0: as many as there "
            "are processor cores, and memory for."
        ),
        kind=Kind.NUMBER,
        default=0,
        minimum=0,
        maximum=64,
    ),
    Setting(
        key="preview_memory",
        group="Running",
        title="Memory for previews (MiB)",
        explanation="Images of exposures that you do not look at go to disk beyond this.",
        kind=Kind.NUMBER,
        default=2048,
        minimum=256,
        maximum=1048576,
    ),
    Setting(
        key="theme",
        group="Appearance",
        title="Theme",
        explanation="Light, dark, or as your desktop is.",
        kind=Kind.CHOICE,
        default="system",
        choices={name: name.capitalize() for name in SCHEMES},
    ),
    Setting(
        key="first_pixel",
        group="Appearance",
        title="Number of the first pixel",
        explanation=(
            "1 as FITS, DS9 and Ginga count, 0 as numpy and jwst do; for everything that names a pixel. Region files "
            "of DS9 count from 1 always."
        ),
        kind=Kind.CHOICE,
        default="1",
        choices={"1": "1 (FITS, DS9)", "0": "0 (numpy, jwst)"},
    ),
)
"""Every setting, in the order of the dialog."""

CRDS_VARIABLES: Final = {"crds_path": "CRDS_PATH", "crds_server": "CRDS_SERVER_URL", "crds_context": "CRDS_CONTEXT"}
"""Environment variable that a setting replaces, by its key."""

_BY_KEY: Final = {setting.key: setting for setting in SETTINGS}


class Settings(QObject):
    """Read and write the settings.

    Parameters
    ----------
    store : QSettings
        Stores them.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    changed : Signal(str)
        The setting with this key has another value.
    """

    changed = Signal(str)

    def __init__(self, store: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._fixed: dict[str, str] = {}

    def fix(self, key: str, value: str) -> None:
        """Give a setting a value in this window that the analyst cannot change and that is not stored."""
        self._fixed[key] = value

    def is_fixed(self, key: str) -> bool:
        """Whether a setting has a value that cannot be changed in this window."""
        return key in self._fixed

    def text(self, key: str) -> str:
        """Return a setting of kind TEXT, FOLDER, ADDRESS or CHOICE."""
        return str(self._value(key))

    def switch(self, key: str) -> bool:
        """Return a setting of kind SWITCH."""
        return bool(self._value(key))

    def number(self, key: str) -> int:
        """Return a setting of kind NUMBER."""
        return int(self._value(key))

    def set(self, key: str, value: str | int) -> None:
        """Change a setting.

        Parameters
        ----------
        key : str
            Key of the setting.
        value : str, int or bool
            The new value.

        Raises
        ------
        ValueError
            If the value is not possible; the message says why, in one sentence.
        """
        fault = _BY_KEY[key].fault(value)
        if fault:
            raise ValueError(fault)
        if key not in self._fixed and value != self._value(key):
            self._store.setValue(f"settings/{key}", value)
            self.changed.emit(key)

    def load_state(self, name: str, default: _State) -> _State:
        """Return a state of the window; the default if none of its type is stored."""
        value = self._store.value(f"state/{name}", default)
        return value if isinstance(value, type(default)) else default

    def save_state(self, name: str, value: object) -> None:
        """Store a state of the window."""
        self._store.setValue(f"state/{name}", value)

    def _value(self, key: str) -> str | int | bool:
        setting = _BY_KEY[key]
        if key in self._fixed:
            return self._fixed[key]
        kept = _typed(setting, self._store.value(f"settings/{key}", setting.default))
        # The file may have been edited. Settings are read often: this must not read a slow network drive.
        return setting.default if kept is None or setting.form_fault(kept) else kept


def _typed(setting: Setting, kept: object) -> str | int | bool | None:
    """Convert a value of an INI file, in which every value is text; None if that is not possible."""
    text = str(kept).strip()
    match setting.kind:
        case Kind.SWITCH:
            return {"true": True, "false": False}.get(text.lower())
        case Kind.NUMBER:
            return int(text) if text.isdecimal() else None
        case _:
            return text


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
