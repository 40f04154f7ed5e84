"""Connections to the trend database, and recognition of damaged files."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from wfsgui.core.files.free_name import rename_to_free_name
from wfsgui.core.trend.schema import CHECK, DECISION, NUMBER, is_empty, is_ours, version_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["DamageError", "examine", "is_damage", "open_database", "reading", "set_aside", "writing"]

# Low byte of an extended error code of SQLite.
_PRIMARY: Final = 0xFF
# SQLITE_ERROR is a table or a column that is missing, because all statements of this program are constants.
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)


class DamageError(sqlite3.DatabaseError):
    """The file is no database of this program, or its content is damaged."""


@contextmanager
def open_database(path: Path, busy_s: float, *, create: bool) -> Iterator[sqlite3.Connection]:
    """Open the database for one task.

    The journal is a rollback journal (DELETE). A write-ahead log (WAL) would let others read during a write, but its
    index is memory that all processes share: on a network drive with two machines it damages the database. Writes take
    milliseconds here, so waiting for each other costs nothing.

    Parameters
    ----------
    path : Path
        The file.
    busy_s : float
        How long to wait for other programs, seconds.
    create : bool
        Whether to create the file; its folder exists.

    Yields
    ------
    Connection
        Without implicit transactions.

    Raises
    ------
    sqlite3.Error
        If the file cannot be opened.
    """
    where = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    with closing(sqlite3.connect(where, timeout=busy_s, isolation_level=None, uri=True)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        # Flushes the folder, too: a decision that was stored survives a loss of power.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA foreign_keys = ON")
        yield connection


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Read several tables as they were at one moment."""
    with _transaction(connection, "BEGIN"):
        yield


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all of it or nothing.

    The lock is taken at once: a transaction that begins to write after it has read fails if another program has
    written meanwhile, without any wait.
    """
    with _transaction(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def examine(connection: sqlite3.Connection, newest: int) -> None:
    """Check that the file is a database of this program, that its pages are sound, and that all columns are there.

    Parameters
    ----------
    connection : Connection
        Connection in a transaction: otherwise another program may create the tables between two of the checks.
    newest : int
        Version of the tables whose columns are known. Columns of other versions are not checked.

    Raises
    ------
    sqlite3.DatabaseError
        If the file is damaged, see `is_damage`, or cannot be read.
    """
    (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if state != "ok":
        raise DamageError(str(state))
    if is_empty(connection):
        return
    if not is_ours(connection):
        raise DamageError("it is a database of another program")
    if version_of(connection) == newest:
        for table, columns in (("decision", DECISION), ("number", NUMBER), ("check_result", CHECK)):
            connection.execute(f"SELECT {', '.join(columns)} FROM {table} LIMIT 0")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is damaged; False where it is locked, read-only, or the disk is full."""
    return isinstance(error, DamageError) or (getattr(error, "sqlite_errorcode", 0) & _PRIMARY) in _DAMAGE


def set_aside(path: Path, busy_s: float, newest: int) -> Path | None:
    """Rename a damaged database, so that a new one can be begun.

    Parameters
    ----------
    path : Path
        The database.
    busy_s : float
        How long to wait for other programs, seconds.
    newest : int
        See `examine`.

    Returns
    -------
    Path or None
        New name of the damaged file; None if it is not damaged: another window has renamed it and begun a new one.

    Raises
    ------
    OSError
        If it cannot be renamed.
    """
    # Two windows find the damage at once: the second one must not rename the new database of the first.
    # Imported here, so that the first image is not delayed.
    from filelock import FileLock

    with FileLock(f"{path}.lock", timeout=busy_s):
        if not _is_damaged(path, busy_s, newest):
            return None
        target = _free_name(path)
        # A journal is no longer there: SQLite applies or removes it before it finds the damage.
        rename_to_free_name(path, target)
        return target


def _free_name(path: Path) -> Path:
    when = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (path.with_name(f"{path.stem}.damaged-{when}-{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


def _is_damaged(path: Path, busy_s: float, newest: int) -> bool:
    if not path.exists():
        return False
    try:
        with open_database(path, busy_s, create=False) as connection, reading(connection):
            examine(connection, newest)
    except sqlite3.Error as error:
        return is_damage(error)
    return False
