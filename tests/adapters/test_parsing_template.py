"""A document is read by a child that may not reach the network, linger, grow or take others down with it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.adapters.parsing.client import TemplateParser
from app.kernel.errors import Unavailable
from app.knowledge.document_errors import DocumentUnreadable

TEXT = "# 保修\n\n整机保修两年。\n".encode()


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for the module, since a template takes a second to start and is made to be shared."""
    return "asyncio"


@pytest.fixture(scope="module")
async def parser() -> AsyncIterator[TemplateParser]:
    parser = TemplateParser(wall_s=20, memory_mb=1_500)
    yield parser
    await parser.close()


@pytest.fixture(scope="module")
async def shared_probe() -> AsyncIterator[TemplateParser]:
    """A template whose text converter does what the first word of the document says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KEFU_SECRET", "x" * 40)
        patch.setattr("app.adapters.parsing.client.TEMPLATE", "tests.adapters.parsing_probe")
        parser = TemplateParser(wall_s=2, memory_mb=600)
        await parser.parse(b"hello", "a.txt", "text")
    yield parser
    await parser.close()


@pytest.fixture
async def probing(shared_probe: TemplateParser) -> TemplateParser:
    """The shared one, as patient as a test likes."""
    shared_probe.wall_s = 2
    return shared_probe


def pid_of(parser: TemplateParser) -> int:
    assert parser._running is not None
    return parser._running.process.pid


async def code_of(parser: TemplateParser, data: bytes) -> str:
    with pytest.raises(DocumentUnreadable) as caught:
        await parser.parse(data, "a.txt", "text")
    return caught.value.code


async def test_a_document_comes_back_as_passages_under_their_headings(parser: TemplateParser) -> None:
    parsed = await parser.parse(TEXT, "warranty.md", "markdown")
    assert parsed.title == "保修"
    assert [(c.position, c.heading_path, c.text) for c in parsed.chunks] == [(0, ("保修",), "整机保修两年。")]


async def test_one_template_serves_many_documents_at_once(parser: TemplateParser) -> None:
    texts = [f"# 标题 {n}\n\n第 {n} 份。".encode() for n in range(8)]
    found = await asyncio.gather(*(parser.parse(text, "a.md", "markdown") for text in texts))
    assert [parsed.title for parsed in found] == [f"标题 {n}" for n in range(8)]
    first = pid_of(parser)
    await parser.parse(TEXT, "a.md", "markdown")
    assert pid_of(parser) == first


async def test_a_template_that_died_is_replaced(parser: TemplateParser) -> None:
    await parser.parse(TEXT, "a.md", "markdown")
    first = pid_of(parser)
    os.kill(first, signal.SIGKILL)
    assert (await parser.parse(TEXT, "a.md", "markdown")).title == "保修"
    assert pid_of(parser) != first


async def test_an_idle_template_goes_and_the_next_document_starts_another() -> None:
    parser = TemplateParser(wall_s=20, memory_mb=1_500, idle_s=0.2)
    try:
        await parser.parse(TEXT, "a.md", "markdown")
        assert parser._running is not None and parser._running.listening is not None
        await asyncio.wait_for(asyncio.shield(parser._running.listening), 20)
        assert parser._running is None
        assert (await parser.parse(TEXT, "a.md", "markdown")).title == "保修"
    finally:
        await parser.close()


async def test_no_template_at_all_means_try_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.parsing.client.TEMPLATE", "no.such.module")
    with pytest.raises(Unavailable):
        await TemplateParser(wall_s=1, memory_mb=600).parse(TEXT, "a.md", "markdown")


async def test_a_child_that_never_ends_is_stopped_and_the_next_one_works(probing: TemplateParser) -> None:
    assert await code_of(probing, b"sleep") == "parse_timeout"
    assert await code_of(probing, b"spin") == "parse_timeout"
    assert (await probing.parse(b"hello", "a.txt", "text")).chunks[0].text == "hello"


async def test_a_child_that_crashes_takes_nobody_along(probing: TemplateParser) -> None:
    results = await asyncio.gather(
        code_of(probing, b"segfault"), probing.parse(b"hello", "a.txt", "text"), code_of(probing, b"exit")
    )
    assert (results[0], results[2]) == ("parser_crashed", "parser_crashed")
    assert results[1].chunks[0].text == "hello"


async def test_a_child_gets_no_more_memory_than_allowed(probing: TemplateParser) -> None:
    assert await code_of(probing, b"eat") == "document_too_complex"


async def test_a_child_cannot_write_without_end(probing: TemplateParser) -> None:
    wrote = (await probing.parse(b"flood", "a.txt", "text")).chunks[0].text
    assert 60 <= int(wrote.split()[1]) <= 70


async def test_a_child_has_no_network_no_programs_no_settings_and_no_standard_streams(
    probing: TemplateParser,
) -> None:
    seen = (await probing.parse(b"look", "a.txt", "text")).chunks[0].text
    assert seen.startswith("network refused, socket refused, program refused; stdout /dev/null;")
    assert "KEFU" not in seen


async def test_a_cancelled_reading_ends_its_child(probing: TemplateParser) -> None:
    probing.wall_s = 60
    await probing.parse(b"hello", "a.txt", "text")
    template = pid_of(probing)
    reading = asyncio.create_task(probing.parse(b"sleep", "a.txt", "text"))
    await until(lambda: len(children_of(template)) == 1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await until(lambda: not children_of(template))


async def test_children_do_not_outlive_their_template(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.adapters.parsing.client.TEMPLATE", "tests.adapters.parsing_probe")
    probing = TemplateParser(wall_s=60, memory_mb=600)
    await probing.parse(b"hello", "a.txt", "text")
    template = pid_of(probing)
    reading = asyncio.create_task(probing.parse(b"sleep", "a.txt", "text"))
    await until(lambda: len(children_of(template)) == 1)
    (child,) = children_of(template)
    await probing.close()
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await until(lambda: not Path(f"/proc/{child}").exists())


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)  # another process has to act


async def test_what_a_killed_process_left_on_disk_is_swept_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    dead = subprocess.Popen(["/bin/true"])
    dead.wait()
    for owner in (dead.pid, os.getpid()):
        folder = tmp_path / f"kefu-parse-{owner}-x"
        folder.mkdir()
        (folder / "source").write_bytes(b"a customer's document")
    parser = TemplateParser(wall_s=20, memory_mb=1_500)
    await parser.parse(TEXT, "a.md", "markdown")
    await parser.close()
    assert [folder.name for folder in tmp_path.iterdir()] == [f"kefu-parse-{os.getpid()}-x"]
