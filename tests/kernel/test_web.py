"""What pages are made of: style sheets in the order in which the page's own rules hold."""

import pytest

from app.kernel import web


def test_a_pages_own_style_sheet_comes_after_those_it_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = {
        "entry.ts": {"file": "entry.js", "imports": ["_part.js"], "css": ["entry.css", "base.css", "components.css"]},
        "_part.js": {"file": "part.js", "css": ["part.css"]},
    }
    monkeypatch.setattr(web, "_manifest", lambda: manifest)
    assert web.styles("entry.ts") == [f"/static/{name}.css" for name in ("part", "base", "components", "entry")]
