"""What a run would need: the rows of a version measured, the base model described, the estimate made."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import orjson

from app.training.collect import read_dataset
from app.training.domain import BaseModel, RunSettings, Stage
from app.training.errors import TrainingNotSetUp
from app.training.estimate import Estimate, Preset, estimate, preset_for, tokens_of
from app.training.store import runs as store
from app.training.tools import TrainingTools


@dataclass(frozen=True)
class Planned:
    """An estimate with what it rests on."""

    base: BaseModel
    preset: Preset
    estimate: Estimate


async def plan_run(
    tools: TrainingTools, dataset_id: UUID, settings: RunSettings | None, device: str, cards: int
) -> Planned | None:
    """settings None: the preset's. None when the base model is on another machine. Raises what is wrong with it."""
    if tools.base_model is None:
        raise TrainingNotSetUp
    base = await asyncio.to_thread(tools.trainer.describe_base, tools.base_model)
    if base is None:
        return None
    preset = preset_for(base.parameters)
    rows = await read_dataset(tools, dataset_id)
    lengths = await asyncio.to_thread(_lengths, rows, (settings or preset.settings).stage)
    chosen = settings or preset.settings
    async with tools.database.reading() as session:
        measured = await store.measured_speed(session, tools.base_model, chosen.stage, chosen.method)
    return Planned(base, preset, estimate(base, lengths, chosen, device, cards, measured))


def _lengths(data: bytes, stage: str) -> list[float]:
    """Tokens of each row that is trained on; a preference pair is two answers to one prompt."""
    rows = [row for line in data.splitlines() if (row := orjson.loads(line)).get("split", "train") == "train"]
    if stage == Stage.PRETRAIN.value:
        return [tokens_of(row["text"]) for row in rows if "text" in row]
    answered = [row for row in rows if "completion" in row]
    if stage == Stage.SFT.value:
        return [_tokens(row["prompt"]) + _tokens(row["completion"]) for row in answered]
    pairs = [row for row in answered if "rejected" in row]
    return [2 * _tokens(row["prompt"]) + _tokens(row["completion"]) + _tokens(row["rejected"]) for row in pairs]


def _tokens(turns: list[dict[str, str]]) -> float:
    return sum(tokens_of(turn["content"]) for turn in turns)
