"""Cells that a spreadsheet would take for a formula: kept as words on the way out, given back on the way in."""

import re

# What Excel, LibreOffice and Numbers begin a formula with, full width included, behind blanks or our own marks.
_FORMULA = re.compile(r"[\s']*[=+\-@＝＋－＠]|[\t\r]")


def escaped(cell: str) -> str:
    """The cell with a quote before it where a spreadsheet would calculate; `plain` takes it off again."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What the cell said before `escaped`; a spreadsheet's own `'=…` means the same."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell
