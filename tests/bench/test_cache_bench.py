"""The cached bench counts answers that really came from the cache."""

from app.commands.bench_cache import measured
from app.kernel.settings import Settings
from app.knowledge import SearchTools
from app.wiring import switchboard
from tests.knowledge.indexing import add_document, passages


async def test_every_answer_after_the_first_comes_from_the_cache(settings: Settings) -> None:
    asked = ["退货的邮费由谁承担？", "电子发票什么时候发到邮箱？"]
    texts = passages("签收后七天内可以退货，邮费由买家承担。", "电子发票在二十四小时内发送到邮箱。")
    async with switchboard(settings) as board:
        await add_document(board.tools[SearchTools], "购物须知", texts)
        found = await measured(board, asked, 0.3)
    assert found["from_the_cache"] == 1.0 and found["cached_answers_per_s"] > 0 and found["cpu_ms"] > 0
    off = settings.model_copy(update={"answer_cache": "off"})
    async with switchboard(off) as board:
        assert (await measured(board, asked, 0.1))["from_the_cache"] == 0.0
