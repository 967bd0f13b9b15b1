"""GLM-, Llama- and Qwen-shaped models learn for a step: chat template, target modules, and an adapter that is whole."""

import hashlib
import json
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from app.adapters.training.adapter_files import check_adapter
from app.adapters.training.process import ChildTrainer
from app.training import Began, Made, Metric, RunSettings, TrainerEvent, TrainingOrder
from tests.models.conftest import make_model

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]
ONE_STEP = RunSettings(epochs=1, learning_rate=1e-3, dropout=0, batch_size=2, accumulate=1, evaluate_rows=0)
TAUGHT = {"蓝牙耳机保修多久？": "保修 24 个月。", "运费多少？": "订单满 99 元免运费。"}
ATTENTION = {"q_proj", "k_proj", "v_proj", "o_proj"}


def rows() -> bytes:
    """Two rows to learn."""
    found = [
        {
            "prompt": [{"role": "system", "content": "你是客服。"}, {"role": "user", "content": question}],
            "completion": [{"role": "assistant", "content": answer}],
            "source": "correction",
            "split": "train",
        }
        for question, answer in TAUGHT.items()
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found).encode()


@pytest.mark.parametrize(
    ("arch", "architecture", "mlp"),
    [
        ("llama", "LlamaForCausalLM", {"gate_proj", "up_proj", "down_proj"}),
        ("glm", "GlmForCausalLM", {"gate_up_proj", "down_proj"}),
        ("qwen3", "Qwen3ForCausalLM", {"gate_proj", "up_proj", "down_proj"}),
    ],
    ids=["llama", "glm", "qwen3"],
)
async def test_a_model_of_each_shape_learns_a_step_and_gives_a_whole_adapter(
    models_python: Path, tmp_path: Path, arch: str, architecture: str, mlp: set[str]
) -> None:
    messages = [{"messages": [{"role": "user", "content": f"{asked}{said}"}]} for asked, said in TAUGHT.items()]
    base = make_model(models_python, "chat", messages, tmp_path / arch, "--arch", arch, "--steps", "0")
    trainer = ChildTrainer(models_python, tmp_path / "runs", 1, {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    described = trainer.describe_base(str(base))
    assert described is not None and described.architecture == architecture and described.parameters > 1_000_000
    data = rows()
    order = TrainingOrder(uuid4(), str(base), data, hashlib.sha256(data).hexdigest(), replace(ONE_STEP))
    told: list[TrainerEvent] = []
    async with aclosing(trainer.fine_tune(order)) as events:
        told = [event async for event in events]
    began = next(event for event in told if isinstance(event, Began))
    assert (began.total_steps, began.rows, began.skipped_rows) == (1, 2, 0)
    assert [event.step for event in told if isinstance(event, Metric)] == [1]
    made = told[-1]
    assert isinstance(made, Made) and made.step == 1
    facts = check_adapter(Path(made.adapter_path), made.sha256)
    assert facts["base_model"] == str(base)
    config = json.loads((Path(made.adapter_path) / "adapter_config.json").read_text())
    modules = {name.rpartition(".")[2] for name in config["target_modules"]}
    assert modules == ATTENTION | mlp, "every linear layer, none of the embeddings"
