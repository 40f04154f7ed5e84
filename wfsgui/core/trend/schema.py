"""Tables of the trend database, and the changes that lead from one version to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sqlite3 import Connection

__all__ = ["CHECK", "DECISION", "MIGRATIONS", "NUMBER", "Migrations", "is_empty", "is_ours", "migrate", "version_of"]

Migrations = tuple[tuple[str, ...], ...]

_APPLICATION_ID: Final = 0x77667367
"""Mark of the file: ``wfsg`` in ASCII."""

DECISION: Final = (
    "uid",
    "subject",
    "exposure",
    "time",
    "program",
    "observation",
    "visit",
    "detector",
    "aperture",
    "filter",
    "pupil",
    "defocus",
    "role",
    "sensing_stage",
    "stage",
    "judgement",
    "note",
    "decided",
    "level",
    "versions",
    "context",
    "rate",
    "result",
    "folder",
)
"""Columns of the table ``decision`` after its ``id``; all are texts, ``versions`` is JSON."""

NUMBER: Final = ("key", "name", "value", "error", "unit")
"""Columns of the table ``number`` after ``decision`` and ``position``; NULL stands for NaN."""

CHECK: Final = ("key", "name", "level", "value", "quantity", "limit_text", "limit_value", "source")
"""Columns of the table ``check_result`` after ``decision`` and ``position``; NULL stands for NaN."""

_VERSION_1: Final = (
    """
    CREATE TABLE decision (
        id INTEGER PRIMARY KEY,
        uid TEXT NOT NULL UNIQUE,
        subject TEXT NOT NULL,
        exposure TEXT NOT NULL,
        time TEXT NOT NULL,
        program TEXT NOT NULL,
        observation TEXT NOT NULL,
        visit TEXT NOT NULL,
        detector TEXT NOT NULL,
        aperture TEXT NOT NULL,
        filter TEXT NOT NULL,
        pupil TEXT NOT NULL,
        defocus TEXT NOT NULL,
        role TEXT NOT NULL,
        sensing_stage TEXT NOT NULL,
        stage TEXT NOT NULL,
        judgement TEXT NOT NULL,
        note TEXT NOT NULL,
        decided TEXT NOT NULL,
        level TEXT NOT NULL,
        versions TEXT NOT NULL,
        context TEXT NOT NULL,
        rate TEXT NOT NULL,
        result TEXT NOT NULL,
        folder TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE number (
        decision INTEGER NOT NULL REFERENCES decision (id),
        position INTEGER NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        value REAL,
        error REAL,
        unit TEXT NOT NULL,
        PRIMARY KEY (decision, position)
    )
    """,
    """
    CREATE TABLE check_result (
        decision INTEGER NOT NULL REFERENCES decision (id),
        position INTEGER NOT NULL,
        key TEXT NOT NULL,
        name TEXT NOT NULL,
        level TEXT NOT NULL,
        value TEXT NOT NULL,
        quantity TEXT NOT NULL,
        limit_text TEXT NOT NULL,
        limit_value REAL,
        source TEXT NOT NULL,
        PRIMARY KEY (decision, position)
    )
    """,
)

MIGRATIONS: Final[Migrations] = (_VERSION_1,)
"""Statements that lead from version n to version n + 1, at index n. Those of a released version do not change."""


def version_of(connection: Connection) -> int:
    """Return the version of the tables; 0 for an empty database."""
    return _pragma(connection, "user_version")


def is_empty(connection: Connection) -> bool:
    """Whether the database has no table and no mark of any program."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return tables == 0 and version_of(connection) == 0 and _pragma(connection, "application_id") == 0


def is_ours(connection: Connection) -> bool:
    """Whether the database has the mark of this program."""
    return _pragma(connection, "application_id") == _APPLICATION_ID


def migrate(connection: Connection, migrations: Migrations) -> None:
    """Bring the tables to the newest version, within the transaction of the caller.

    Parameters
    ----------
    connection : Connection
        Connection in a transaction that can write.
    migrations : tuple of tuple of str
        See `MIGRATIONS`.
    """
    version = version_of(connection)
    if version >= len(migrations):
        return
    for statements in migrations[version:]:
        for statement in statements:
            connection.execute(statement)
    # A pragma takes no parameters; both values are integers.
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID:d}")
    connection.execute(f"PRAGMA user_version = {len(migrations):d}")


def _pragma(connection: Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
