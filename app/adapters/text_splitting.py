"""Plain text into passages, cut as an uploaded text would be; for corpora that come as rows instead of files."""

from app.adapters.langchain_splitter import split_blocks
from app.adapters.parsing.plain import read_text
from app.knowledge import NewChunk


def split_text(text: str) -> list[NewChunk]:
    """The passages of a text in order."""
    passages = split_blocks(read_text(text.encode()).blocks)
    return [
        NewChunk(number, p.heading_path, p.page, p.text, p.char_start, p.char_end, p.kind)
        for number, p in enumerate(passages)
    ]
