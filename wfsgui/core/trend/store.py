"""The trend database of the analyst: decisions and their numbers, written by several windows at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.trend.database import examine, is_damage, open_database, reading, set_aside, writing
from wfsgui.core.trend.rows import insert, select
from wfsgui.core.trend.schema import MIGRATIONS, Migrations, is_empty, migrate, version_of

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.core.trend.record import TrendRecord

__all__ = ["TrendContent", "TrendStore"]

# A write takes milliseconds; the thread that waits also saves results.
_BUSY_S: Final = 5.0
_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")


@dataclass(frozen=True)
class TrendContent:
    """Content of the database.

    Attributes
    ----------
    records : tuple of TrendRecord
        All decisions, in the order in which they were stored.
    notices : tuple of str
        What the analyst has to know of the database, one sentence each.
    """

    records: tuple[TrendRecord, ...] = ()
    notices: tuple[str, ...] = ()


class TrendStore:
    """A SQLite database of decisions.

    Each call opens the file and closes it again: nothing is locked between calls, and the file may be replaced.
    Methods block; they may be called in any thread.

    Parameters
    ----------
    path : Path
        The file. It and its folder are created with the first decision.
    busy_s : float, optional
        How long to wait for other programs that use the file, seconds.
    migrations : tuple of tuple of str, optional
        Versions of the tables, see `wfsgui.core.trend.schema.MIGRATIONS`.
    """

    def __init__(self, path: Path, busy_s: float = _BUSY_S, migrations: Migrations = MIGRATIONS) -> None:
        self._path = path
        self._busy_s = busy_s
        self._migrations = migrations
        self._is_examined = False

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def read(self) -> TrendContent:
        """Read all decisions.

        Returns
        -------
        TrendContent
            Empty if there is no database.

        Raises
        ------
        WfsguiError
            If the database cannot be read.
        """
        return self._with_a_sound_file(self._read, "read")

    def add(self, records: Sequence[TrendRecord]) -> tuple[str, ...]:
        """Store decisions: all of them, or none. One that is stored already, by its `uid`, is replaced.

        Parameters
        ----------
        records : sequence of TrendRecord
            The decisions.

        Returns
        -------
        tuple of str
            What the analyst has to know of the database, one sentence each.

        Raises
        ------
        WfsguiError
            If they cannot be stored.
        """
        return self._with_a_sound_file(lambda: self._add(records), "written").notices

    def _read(self) -> TrendContent:
        if not self._path.exists():
            return TrendContent()
        with open_database(self._path, self._busy_s, create=False) as connection:
            with reading(connection):
                self._examine(connection)
                version = version_of(connection)
                if is_empty(connection):
                    return TrendContent()
                if version >= len(self._migrations):
                    return TrendContent(select(connection), self._newer(version))
            with writing(connection):
                migrate(connection, self._migrations)
            with reading(connection):
                return TrendContent(select(connection))

    def _add(self, records: Sequence[TrendRecord]) -> TrendContent:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with open_database(self._path, self._busy_s, create=True) as connection, writing(connection):
            self._examine(connection)
            newer = self._newer(version_of(connection))
            if newer:
                raise WfsguiError(newer[0])
            migrate(connection, self._migrations)
            insert(connection, records)
        return TrendContent()

    def _examine(self, connection: sqlite3.Connection) -> None:
        """Examine the whole file once: that takes longer than all other tasks."""
        if not self._is_examined:
            examine(connection, len(self._migrations))
            self._is_examined = True

    def _newer(self, version: int) -> tuple[str, ...]:
        known = len(self._migrations)
        sentence = (
            f"The trend database {self._path} is of a newer wfsgui (version {version}, this one knows {known}): it is "
            "read and not changed; use the newer program to add decisions."
        )
        return (sentence,) if version > known else ()

    def _with_a_sound_file(self, task: Callable[[], TrendContent], done: str) -> TrendContent:
        """Do a task; if the file is damaged, set it aside and do the task with a new one."""
        try:
            return task()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise self._fault(error, done) from error
            notices = self._set_aside(error, done)
        except OSError as error:
            raise self._fault(error, done) from error
        try:
            content = task()
        except (sqlite3.Error, OSError) as error:
            raise self._fault(error, done) from error
        return TrendContent(content.records, (*notices, *content.notices))

    def _set_aside(self, error: sqlite3.Error, done: str) -> tuple[str, ...]:
        self._is_examined = False
        try:
            kept = set_aside(self._path, self._busy_s, len(self._migrations))
        except OSError as fault:
            raise self._fault(fault, done) from error
        if kept is None:
            return ()
        return (f"The trend database was damaged ({error}) and is kept as {kept}; a new one is begun.",)

    def _fault(self, error: Exception, done: str) -> WfsguiError:
        if getattr(error, "sqlite_errorname", "").startswith(_BUSY):
            advice = "close the other program that uses it, and try again"
        else:
            advice = "free some disk space, or make it readable and writable"
        reason = getattr(error, "strerror", None) or error
        return WfsguiError(f"The trend database {self._path} cannot be {done} ({reason}); {advice}.")
