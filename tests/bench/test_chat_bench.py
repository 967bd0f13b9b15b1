"""The benchmark's customers, model and table are to be trusted: they count what happened and nothing else."""

import sys
from subprocess import run

from app.accounts import Role
from app.bench.customers import Direct, Kefu, Proxy, drive
from app.bench.minimal_proxy import create_proxy
from app.bench.processes import child, cpu_seconds, family
from app.bench.script import Script, pieces
from app.bench.scripted_model import embedding
from app.commands.bench_chat import Row, table
from app.kernel.settings import Settings
from tests.fakes.model_server import model_server
from tests.serving import serving


async def test_chats_are_counted_with_their_first_token_and_their_end() -> None:
    async with model_server(Script(first_token_ms=30, rate=1_000, tokens=50)) as server:
        load = await drive(Direct(server.url.removesuffix("/v1")), ["你好"], 3, 0.1, 0.6)
    assert load.good and not any(chat.problem for chat in load.chats)
    assert all(0.02 < chat.first_s < chat.total_s for chat in load.good)
    assert server.state.counts["finished"] == load.all_chats


async def test_a_cut_answer_is_an_error_and_no_chat() -> None:
    async with model_server(Script(first_token_ms=0, rate=1_000, fault="cut")) as server:
        load = await drive(Direct(server.url.removesuffix("/v1")), ["你好"], 1, 0.0, 0.3)
    assert load.chats and not load.good and load.chats[0].problem


async def test_the_minimal_proxy_passes_every_token_on() -> None:
    async with model_server(Script(first_token_ms=0, rate=2_000, tokens=20)) as server:
        with child("app.bench.minimal_proxy", "--upstream", server.url) as (url, pid):
            load = await drive(Proxy(url), ["你好"], 2, 0.2, 3.0)
            assert cpu_seconds(family(pid)) > 0
    assert load.good and create_proxy(server.url).routes


def test_the_answer_quotes_the_first_source_of_the_prompt_in_exactly_as_many_tokens_as_asked() -> None:
    asked = "SOURCES\n\n[1] Returns\n\nSeven days, no questions asked.\n\n[2] Other\n\nx\n\nCUSTOMER'S QUESTION\nwhen?"
    said = pieces(Script(tokens=100), asked)
    assert len(said) == 100 and said[-1] == " [1]" and "".join(said).startswith("Seven days, no")


def test_alike_texts_have_near_embeddings() -> None:
    def near(one: str, other: str) -> float:
        return sum(a * b for a, b in zip(embedding(one), embedding(other), strict=True))

    assert near("退货运费", "退货的运费") > near("退货运费", "蓝牙配对") and abs(near("abc", "abc") - 1) < 1e-9


def test_the_table_tells_ratios_and_errors() -> None:
    shown = table([Row("kefu", 50, 71.2, 0.81, 30.0, 60.0, 90.0, 540.0, 18.5, 2)])
    assert "| kefu | 50 | 71.2 | 81% | 30.0 / 60.0 / 90.0 | 540.0 | 18.5 | 2 |" in shown


def test_the_scripted_model_starts_as_a_process_of_its_own() -> None:
    with child("app.bench.scripted_model", "--first-token-ms", "1", "--rate", "5000") as (url, _):
        code = f"import urllib.request as u; print(u.urlopen('{url}/models').read().decode())"
        assert '"scripted"' in run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


async def test_customers_of_kefu_go_by_its_public_contract(settings: Settings) -> None:
    async with (
        model_server(Script(first_token_ms=5, rate=2_000, tokens=30)) as server,
        serving(settings.model_copy(update={"chat_url": server.url})) as served,
    ):
        admin = await served.keyed(Role.ADMIN)
        answer = "自签收之日起 7 天内可以无理由退货，运费由买家承担。"
        body = {"questions": ["哪些商品可以七天无理由退货"], "answer": answer}
        assert (await admin.post("/api/v1/faqs", json=body)).status_code == 201
        load = await drive(Kefu(served.url), ["哪些商品可以七天无理由退货，运费谁付"], 2, 0.2, 3.0)
    assert load.good, [chat.problem for chat in load.chats]


def test_both_benchmarks_are_verbs_of_one_command() -> None:
    shown = run([sys.executable, "-m", "app.cli", "bench", "--help"], capture_output=True, text=True, check=True).stdout
    assert "chat" in shown and "search" in shown
