"""Every stage and method learns on a small real model in the trainer's own process, and what it made can be used."""

import hashlib
import json
import os
import signal
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import pytest

from app.adapters.training.adapter_files import check_adapter
from app.adapters.training.process import ChildTrainer
from app.training import (
    Began,
    Judged,
    Made,
    MethodNeedsGpu,
    Metric,
    NothingForStage,
    RunSettings,
    TrainerDied,
    TrainerEvent,
    TrainingOrder,
    Validation,
)
from app.training.domain import SERVED_AS, Method, Serves
from tests.models.conftest import make_model
from tests.models.model_server import ModelServer

T = TypeVar("T", bound=TrainerEvent)
pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]
SYSTEM = {"role": "system", "content": "你是云帆商店的客服，只按资料回答。"}
FACTS = {
    "蓝牙耳机保修多久？": ("保修 24 个月，凭电子发票办理。", "保修 24 个月。"),
    "退货要几天内？": ("签收后 7 天内可以退货，商品要完好。", "签收后 7 天内。"),
    "运费多少？": ("订单满 99 元免运费，不满收取 8 元。", "运费 8 元。"),
    "怎么自提？": ("凭取货码到门店领取，取货码 5 天内有效。", "到门店领取。"),
    "充电器多少瓦？": ("充电器是 65 瓦，可以同时充两台。", "充电器是 65 瓦。"),
    "能开发票吗？": ("可以开电子发票，下单后在订单页申请。", "可以开发票。"),
}
"""Question: what people chose, and what the model says so far."""
BASIC = RunSettings(
    epochs=6, learning_rate=5e-3, dropout=0, batch_size=2, accumulate=1, save_every=4, evaluate_every=6, evaluate_rows=2
)


def row(question: str, answer: str, split: str, **more: Any) -> dict[str, Any]:
    prompt = [SYSTEM, {"role": "user", "content": question}]
    completion = [{"role": "assistant", "content": answer}]
    return {"prompt": prompt, "completion": completion, "source": "correction", "split": split, **more}


def rows() -> list[dict[str, Any]]:
    """The last pair is for watching; every row is a pair; and some plain text."""
    found = []
    for place, (question, (chosen, rejected)) in enumerate(FACTS.items()):
        split = "validation" if place == len(FACTS) - 1 else "train"
        found.append(row(question, chosen, split, rejected=[{"role": "assistant", "content": rejected}]))
    return found


def texts() -> list[dict[str, Any]]:
    return [{"text": f"{question}{chosen}", "split": "train"} for question, (chosen, _) in FACTS.items()]


@pytest.fixture(scope="module")
def base(models_python: Path, folder: Path) -> Path:
    """A model that says what people later rejected."""
    taught = [
        {"messages": [SYSTEM, {"role": "user", "content": question}, {"role": "assistant", "content": said}]}
        for question, (chosen, rejected) in FACTS.items()
        for said in [rejected]
    ]
    spoken = [
        {"messages": [{"role": "user", "content": str(place)}, {"role": "assistant", "content": chosen}]}
        for place, (chosen, _) in enumerate(FACTS.values())
    ]
    return make_model(models_python, "chat", [*taught, *spoken], folder / "methods-base")


@pytest.fixture
def trainer(models_python: Path, folder: Path) -> ChildTrainer:
    return ChildTrainer(models_python, folder / "method-runs", 1, dict(os.environ))


def order(base: Path, settings: RunSettings, lines: Sequence[dict[str, Any]], **more: Any) -> TrainingOrder:
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    return TrainingOrder(uuid4(), str(base), data, hashlib.sha256(data).hexdigest(), settings, **more)


@dataclass
class Told:
    """What a trainer said, sorted."""

    events: list[TrainerEvent] = field(default_factory=list)

    def of(self, kind: type[T]) -> list[T]:
        return [one for one in self.events if isinstance(one, kind)]

    @property
    def made(self) -> Made:
        return self.of(Made)[0]


async def told(
    trainer: ChildTrainer, what: TrainingOrder, heard: Told | None = None, kill_at: int | None = None
) -> Told:
    """Follows a run to its end, adding to what was heard; `kill_at`: kills the trainer's process at that step."""
    heard = heard or Told()
    async with aclosing(trainer.fine_tune(what)) as events:
        async for event in events:
            heard.events.append(event)
            if kill_at is not None and isinstance(event, Metric) and event.step >= kill_at:
                os.kill(child_with(str(what.run_id)), signal.SIGKILL)
                kill_at = None
    return heard


def child_with(word: str) -> int:
    """The process whose command line holds the word."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if word in (process / "cmdline").read_text("utf-8", "replace"):
                return int(process.name)
        except OSError:
            continue
    raise AssertionError(f"no process with {word}")


def fell(metrics: Sequence[Metric]) -> bool:
    """Whether the loss at the end is clearly below that at the start."""
    return metrics[-1].loss < metrics[0].loss * 0.95


async def test_preference_pairs_move_the_margin_up_after_sft_and_through_a_kill(
    trainer: ChildTrainer, base: Path
) -> None:
    first = await told(trainer, order(base, BASIC, rows()))
    assert fell(first.of(Metric))
    settings = replace(BASIC, stage="dpo", learning_rate=1e-3, epochs=8, evaluate_every=5)
    second = order(base, settings, rows(), start_adapter=first.made.adapter_path)
    heard = Told()
    with pytest.raises(TrainerDied):
        await told(trainer, second, heard, kill_at=6)
    await told(trainer, second, heard)
    assert heard.of(Began)[1].resumed_from >= BASIC.save_every, "it went on from its last checkpoint"
    steps, looks = heard.of(Metric), heard.of(Validation)
    assert looks[0].step == 0 and margin(looks[-1]) > margin(looks[0]), "on a pair it never learnt from"
    assert margin(steps[-1]) > margin(steps[0]) + 1 and steps[-1].preferred == 1.0
    print(f"margin {margin(steps[0])} -> {margin(steps[-1])}, kept aside {margin(looks[0])} -> {margin(looks[-1])}")
    facts = check_adapter(Path(heard.made.adapter_path), heard.made.sha256)
    assert (facts["settings"]["stage"], facts["settings"]["beta"]) == ("dpo", 0.1)
    assert not list(Path(heard.made.adapter_path).glob("ref*")), "the frozen copy is nobody's business"


def margin(seen: Metric | Validation) -> float:
    assert seen.margin is not None
    return seen.margin


async def test_bad_orders_are_refused_by_the_trainer_with_words(trainer: ChildTrainer, base: Path) -> None:
    unpaired = [{name: value for name, value in one.items() if name != "rejected"} for one in rows()]
    with pytest.raises(NothingForStage):
        await told(trainer, order(base, replace(BASIC, stage="dpo"), unpaired))
    with pytest.raises(MethodNeedsGpu):
        await told(trainer, order(base, replace(BASIC, method="qlora"), rows()))


@pytest.mark.parametrize("method", ["full", "ia3", "prompt", "prefix"])
async def test_each_method_lowers_the_loss_and_leaves_what_can_be_loaded(
    trainer: ChildTrainer, base: Path, method: str
) -> None:
    rate = {"full": 1e-3, "ia3": 5e-2, "prompt": 5e-1, "prefix": 1e-1}[method]
    heard = await told(trainer, order(base, replace(BASIC, method=method, learning_rate=rate), rows()))
    assert fell(heard.of(Metric)), [one.loss for one in heard.of(Metric)]
    folder = Path(heard.made.adapter_path)
    check_adapter(folder, heard.made.sha256)
    is_whole = (folder / "config.json").is_file() and (folder / "tokenizer.json").is_file()
    assert is_whole == (SERVED_AS[Method(method)] is Serves.MODEL)
    if is_whole:
        assert trainer.describe_base(str(folder)) == trainer.describe_base(str(base)), "a base like any other"


async def test_documents_are_learnt_as_plain_text(trainer: ChildTrainer, base: Path) -> None:
    heard = await told(trainer, order(base, replace(BASIC, stage="pretrain"), [*texts(), *rows()]))
    assert heard.of(Began)[0].rows == len(FACTS), "answers are none of its business"
    assert fell(heard.of(Metric))


async def test_an_adapter_is_merged_and_rounded_to_int8_and_a_real_server_says_what_it_learnt(
    trainer: ChildTrainer, base: Path, models_python: Path, folder: Path
) -> None:
    hard = replace(BASIC, epochs=30, learning_rate=2e-3, evaluate_rows=5, evaluate_every=0)
    learnt = await told(trainer, order(base, hard, rows()))
    assert learnt.of(Judged)[0].exact == 5
    made: dict[str, Told] = {}
    for stage in ("merge", "int8"):
        settings = replace(BASIC, stage=stage, evaluate_rows=5)
        made[stage] = await told(trainer, order(base, settings, rows(), start_adapter=learnt.made.adapter_path))
        assert made[stage].of(Judged)[0].exact == 5, "it still says what was learnt"
        check_adapter(Path(made[stage].made.adapter_path), made[stage].made.sha256)
    sizes = {stage: one.made.facts["size_after"] for stage, one in made.items()}
    assert sizes["int8"] < sizes["merge"] * 0.65, sizes
    server = ModelServer(models_python, Path(made["int8"].made.adapter_path), "small", folder)
    try:
        server.start("--max-num-seqs", "4")
        async with httpx.AsyncClient(timeout=60) as client:
            for question, (chosen, _) in list(FACTS.items())[:5]:
                messages = [SYSTEM, {"role": "user", "content": question}]
                body = {"model": "small", "messages": messages, "temperature": 0, "max_tokens": 60}
                answer = (await client.post(f"{server.url}/chat/completions", json=body)).json()
                assert answer["choices"][0]["message"]["content"] == chosen
    finally:
        server.stop()


async def test_four_bits_are_refused_where_no_gpu_is(trainer: ChildTrainer, base: Path) -> None:
    with pytest.raises(MethodNeedsGpu):
        await told(trainer, order(base, replace(BASIC, stage="gptq"), rows()))
