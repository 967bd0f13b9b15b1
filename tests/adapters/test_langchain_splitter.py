"""Whatever a document holds, its passages hold it too, in order, each small enough and in its place."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.adapters.langchain_splitter import OVERLAP, TARGET, split_blocks, units
from app.adapters.parsing.blocks import Block

WORDS = st.text("退货保修发票abcXYZ019 ，。！？\n", min_size=1, max_size=60).filter(str.strip)
PROSE = st.lists(WORDS, min_size=1, max_size=120).map("".join)
CELL = st.text("价格元日abc19|", max_size=200)
ROWS = st.integers(2, 5).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=2, max_size=40))


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


@settings(max_examples=60, deadline=None)
@given(PROSE)
def test_no_letter_of_a_text_is_lost_and_no_passage_is_too_long(text: str) -> None:
    passages = split_blocks([Block("text", text.strip())])
    joined = ""
    for passage in passages:
        assert units(passage.text) <= TARGET + 2 * OVERLAP + 160
        fresh = letters(passage.text)
        overlap = next(n for n in range(min(len(joined), len(fresh)), -1, -1) if joined.endswith(fresh[:n]))
        joined += fresh[overlap:] if overlap <= OVERLAP else fresh
    assert len(joined) <= len(letters(text)) * 1.2 + OVERLAP
    assert set(letters(text)) <= set(joined)
    first, last = letters(text)[:20], letters(text)[-20:]
    assert joined.startswith(first) and joined.endswith(last)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_every_cell_of_a_table_is_in_some_passage(rows: list[tuple[str, ...]]) -> None:
    passages = split_blocks([Block("table", rows=tuple(rows))])
    everything = letters("".join(passage.text for passage in passages))
    assert all(letters(cell) in everything for row in rows[1:] for cell in row)
    assert all(units(passage.text) <= 2.5 * TARGET for passage in passages)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.booleans()), min_size=1, max_size=12))
def test_every_heading_is_in_a_path_or_is_a_passage_itself(outline: list[tuple[int, bool]]) -> None:
    blocks: list[Block] = []
    for number, (level, has_text) in enumerate(outline):
        blocks.append(Block("heading", f"标题{number}", level=level))
        if has_text:
            blocks.append(Block("text", f"正文{number}"))
    passages = split_blocks(blocks)
    seen = {heading for passage in passages for heading in passage.heading_path} | {p.text for p in passages}
    assert {f"标题{number}" for number in range(len(outline))} <= seen


def test_passages_of_a_text_stand_where_they_say() -> None:
    text = "".join(f"第{number}条，签收后{number}天内可以办理。" for number in range(200))
    passages = split_blocks([Block("heading", "条款", level=1), Block("text", text, page=3)])
    assert len(passages) > 3
    assert all(text[p.char_start : p.char_end] == p.text and p.page == 3 for p in passages)
    assert passages[0].char_start == 0 and passages[-1].char_end == len(text)
    assert all(b.char_start <= a.char_end for a, b in itertools.pairwise(passages))
