"""`kefu ask` answers from the knowledge base and says where from; unknown things are refused, not guessed."""

import json
from pathlib import Path

import pytest

from tests.commands.running import kefu

pytestmark = pytest.mark.timeout(180)


def test_a_question_is_answered_from_an_ingested_file_and_another_refused(tmp_path: Path) -> None:
    page = tmp_path / "配送说明.md"
    page.write_text("# 配送说明\n\n## 上海时效\n\n上海市区下单后两天送达，运费八元，满九十九元免运费。\n", "utf-8")
    data = ("--data-dir", str(tmp_path / "data"))
    taken = kefu("ingest", str(page), *data)
    assert taken.returncode == 0, taken.stderr
    told = kefu("ask", "上海市区几天送达，运费多少？", "--json", *data)
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["outcome"] == "answered" and "两天送达" in answer["text"]
    assert answer["citations"][0]["title"] == "配送说明" and answer["citations"][0]["quote"] in page.read_text("utf-8")
    refused = kefu("ask", "怎么在月球上种土豆？", *data)
    assert (refused.returncode == 0 and "不想猜" in refused.stdout) or "帮不上" in refused.stdout
