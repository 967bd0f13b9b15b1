"""Cells of exported tables: whatever they hold, no spreadsheet calculates, and each comes back as it was."""

import pytest

from app.kernel.cells import escaped, plain

NASTY = [
    "=cmd|' /C calc'!A0",
    "'=already quoted",
    "''+twice",
    "@sum(1)",
    "-1+2",
    "\t=1",
    "＝1",
    " =1",
    "plain",
    "'tis fine",
    "多行\n=第二行",
]


@pytest.mark.parametrize("cell", NASTY)
def test_no_cell_begins_like_a_formula_and_each_comes_back(cell: str) -> None:
    out = escaped(cell)
    assert out.lstrip(" ")[:1] not in tuple("=+-@＝＋－＠\t\r")
    assert plain(out) == cell
