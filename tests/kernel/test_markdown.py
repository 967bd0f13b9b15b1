"""Markdown from customers, models and documents becomes HTML that cannot run, fetch or leave the page's shape."""

import pytest

from app.kernel.markdown import to_html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![pixel](https://evil.example/x.png)",
        "[click](javascript:alert(1))",
        "<svg onload=alert(1)>",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
    ],
)
def test_nothing_in_a_message_can_run_or_fetch(hostile: str) -> None:
    html = to_html(hostile)
    assert "<script" not in html and "<img" not in html and "<svg" not in html
    assert 'href="javascript' not in html and 'href="data' not in html


def test_citation_marks_become_chips_and_emphasis_stays() -> None:
    html = to_html("**可以换新**，不用发票 [2]。")
    assert "<strong>可以换新</strong>" in html and '<span class="citation-chip">2</span>' in html


def test_tables_and_numbered_lists_are_kept() -> None:
    assert "<td>两天</td>" in to_html("| 地区 | 时效 |\n|---|---|\n| 上海 | 两天 |")
    assert '<ol start="3">' in to_html("3. 第三步")
