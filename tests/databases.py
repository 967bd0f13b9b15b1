"""Databases for tests: each like new, but cleaned and lent again where that is cheaper than to clone the template."""

import time
import uuid
from collections import Counter

import psycopg
from psycopg import sql
from psycopg.rows import scalar_row

Row = tuple[object, ...]
OFTEN = 50  # what was deleted stays on disk until then

# What a schema is made of; a database whose print has changed is thrown away.
PRINT = """
    SELECT concat_ws(' ',
        (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
        (SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT string_agg(tgname || tgenabled::text, ',' ORDER BY tgname) FROM pg_trigger WHERE NOT tgisinternal),
        (SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace))"""
FILLED = """
    SELECT relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
     ORDER BY relname"""
DISCONNECT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()"""
SEQUENCES = """
    SELECT format('%I=%s', sequencename, coalesce(last_value::text, '')) FROM pg_sequences
     WHERE schemaname = 'public' ORDER BY 1"""
PARTITIONS = """
    SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""


class Databases:
    """The databases of one test process. `url` is the server's, with a driver's name SQLAlchemy knows."""

    def __init__(self, url: str, template: str) -> None:
        self._url, self._template = url, template
        self._free: list[str] = []
        self._lent: Counter[str] = Counter()
        with self._connected(template) as connection:
            self._print = _scalars(connection, PRINT)
            self._partitions = set(_scalars(connection, PARTITIONS))
            self._sequences = _scalars(connection, SEQUENCES)
            self._seeds = {str(table): _rows_of(connection, str(table)) for table in _scalars(connection, FILLED)}

    def url_of(self, name: str) -> str:
        """Where the application finds a database."""
        return with_database(self._url, name)

    def lend(self) -> str:
        """The name of a database at the newest migration with nothing of any test in it."""
        if self._free:
            name = self._free.pop()
        else:
            name = f"test_{uuid.uuid4().hex}"
            administer(self._url, f"create database {name} template {self._template}")
        self._lent[name] += 1
        return name

    def take_back(self, name: str) -> None:
        """Cleans a database for the next test, or drops it when worn out or of another schema than the template."""
        with self._connected(name) as connection:
            while _scalars(connection, DISCONNECT):
                time.sleep(0.002)  # the server offers a wait of its own, which looks every tenth of a second
            connection.execute("SET session_replication_role = replica")  # no trigger refuses, no key is checked
            for made in set(_scalars(connection, PARTITIONS)) - self._partitions:
                connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(str(made))))
            like_new = self._lent[name] < OFTEN and _scalars(connection, PRINT) == self._print
            if like_new:
                self._empty(connection)
        if like_new:
            self._free.append(name)
        else:
            administer(self._url, f"drop database {name} with (force)")

    def _empty(self, connection: psycopg.Connection) -> None:
        filled = [str(table) for table in _scalars(connection, FILLED) if table not in self._seeds]
        if filled:
            deletions = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in filled]
            connection.execute(sql.SQL("; ").join(deletions))
        for table, rows in self._seeds.items():
            if _rows_of(connection, table) != rows:
                name = sql.Identifier(table)
                connection.execute(sql.SQL("DELETE FROM {}").format(name))
                connection.execute(
                    sql.SQL(
                        "INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(NULL::{}, %s)"
                    ).format(name, name),
                    [rows],
                )
        for was in set(map(str, self._sequences)) - set(map(str, _scalars(connection, SEQUENCES))):
            name, last = was.split("=")
            connection.execute("SELECT setval(%s::regclass, %s, %s)", [name, int(last or 1), last != ""])

    def end(self) -> None:
        """Drops what is free."""
        while self._free:
            administer(self._url, f"drop database {self._free.pop()} with (force)")

    def _connected(self, name: str) -> psycopg.Connection:
        return psycopg.connect(with_database(self._url, name).replace("+psycopg", ""), autocommit=True)


def with_database(url: str, name: str) -> str:
    """The address of another database of the same server."""
    head, tail = url.split("@/", 1)
    return f"{head}@/{name}?{tail.split('?', 1)[1]}"


def administer(url: str, statement: str) -> list[Row]:
    """Runs one statement beside the databases of tests; names in it are made here, never typed by anyone."""
    with psycopg.connect(with_database(url, "postgres").replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def _scalars(connection: psycopg.Connection, query: str) -> list[object]:
    return connection.cursor(row_factory=scalar_row).execute(query.encode()).fetchall()


def _rows_of(connection: psycopg.Connection, table: str) -> str:
    query = sql.SQL("SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text FROM {} t").format(sql.Identifier(table))
    return connection.cursor(row_factory=scalar_row).execute(query).fetchone() or "[]"
