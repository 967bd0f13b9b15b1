"""Cursors: what a list wrote comes back, anything else is refused."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.kernel.ids import new_id
from app.kernel.paging import BadCursor, encode_cursor, id_in_cursor, moment_in_cursor


def test_what_was_written_is_read() -> None:
    id, at = new_id(), datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    assert id_in_cursor(encode_cursor(str(id))) == id
    assert moment_in_cursor(encode_cursor(at.isoformat(), str(id))) == (at, id)
    assert id_in_cursor(None) is None and moment_in_cursor("") is None


@pytest.mark.parametrize(
    "cursor",
    [
        "?",
        "x",
        encode_cursor("no id"),
        encode_cursor(),
        encode_cursor("2026-11-22T04:00:00", str(UUID(int=7))),
        "é" * 9,
    ],
    ids=["marks", "letter", "no_id", "nothing", "moment_without_a_zone", "foreign_letters"],
)
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        id_in_cursor(cursor)
    with pytest.raises(BadCursor):
        moment_in_cursor(cursor)
