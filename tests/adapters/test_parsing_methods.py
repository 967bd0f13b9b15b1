"""Each way to cut a document keeps what belongs together: a question and its answer, a row and its header."""

from itertools import pairwise

from app.adapters.parsing.blocks import Block, heading, paragraph, table
from app.adapters.parsing.methods import cut_document
from app.knowledge.parsed import ParseSettings

SENTENCE = "签收后七天内可以退货，运费由我们承担。"


def cut(blocks: list[Block], method: str, size: int = 800) -> list[tuple[str, str]]:
    return [(p.kind, p.text) for p in cut_document(blocks, ParseSettings.of({"method": method, "size": size}))]


def test_questions_keep_their_answers_wherever_they_come_from() -> None:
    blocks = [
        *heading("售后", 1),
        *paragraph("下面是常见问题。"),
        *paragraph("问：几天能退？\n答：七天。\n问：运费谁出？\n答：质量问题我们出。"),
        *paragraph("凭订单号办理。"),
        *heading("发票能补开吗？", 2),
        *paragraph("一百八十天内可以。"),
        *table([["编号", "问题", "答案"], ["1", "保修多久", "两年"], ["2", "电池呢", "一年"]]),
    ]
    found = cut(blocks, "qa")
    assert found == [
        ("text", "下面是常见问题。"),
        ("qa", "问：几天能退？\n答：七天。"),
        ("qa", "问：运费谁出？\n答：质量问题我们出。\n\n凭订单号办理。"),
        ("qa", "一百八十天内可以。"),
        ("qa", "问题: 保修多久\n答案: 两年\n编号: 1"),
        ("qa", "问题: 电池呢\n答案: 一年\n编号: 2"),
    ]


def test_a_long_answer_repeats_its_question_in_every_part() -> None:
    found = cut(paragraph("问：怎么退货？\n答：" + SENTENCE * 60), "qa")
    assert len(found) > 2 and all(text.startswith("问：怎么退货？\n") for _, text in found)


def test_rows_become_records_with_the_names_of_their_columns() -> None:
    rows = [["型号", "价格"], *([f"X{n}", f"{n} 元"] for n in range(1, 4))]
    found = cut([*paragraph("价目如下。"), *table(rows)], "rows")
    assert found == [("text", "价目如下。"), *(("table", f"型号: X{n}\n价格: {n} 元") for n in range(1, 4))]


def test_by_size_small_sections_go_together_and_are_found_by_their_parts() -> None:
    blocks = [*heading("手册", 1)]
    for n in range(6):
        blocks += [*heading(f"第 {n} 节", 2), *paragraph(f"{n}。" + SENTENCE * 8)]
    passages = cut_document(blocks, ParseSettings.of({"method": "size", "size": 900}))
    parents = [p.parent for p in passages]
    assert len(set(parents)) == 3 and None not in parents
    assert all(parents.count(parent) > 1 for parent in parents), "a parent has several parts"
    together = "".join(p.text for p in passages)
    assert all(f"第 {n} 节" in together for n in (1, 3, 5)), "headings inside a passage are lines of it"
    assert all(a.char_end <= b.char_start for a, b in pairwise(passages)), "no overlap"


def test_settings_from_a_row_are_made_safe() -> None:
    assert ParseSettings.of({}) == ParseSettings()
    assert ParseSettings.of({"method": "x", "size": 10, "overlap": 9_999, "ocr": None}) == ParseSettings(
        "headings", 200, 100, "auto"
    )
    assert ParseSettings.of(ParseSettings("rows", 500, 0, "off").as_json()) == ParseSettings("rows", 500, 0, "off")


def test_size_and_overlap_are_kept_to() -> None:
    blocks = paragraph("".join(f"第 {n} 条：{SENTENCE}" for n in range(100)))
    small, large = cut(blocks, "headings", 300), cut(blocks, "headings", 2_000)
    assert len(small) > 4 * len(large) > 4
