"""What a run would need: the rows of a version measured, the base model described, the estimate made."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

import orjson

from app.training.collect import read_dataset
from app.training.domain import BaseModel, RunSettings
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
    lengths = await asyncio.to_thread(_lengths, rows)
    async with tools.database.reading() as session:
        measured = await store.measured_speed(session, tools.base_model)
    return Planned(base, preset, estimate(base, lengths, settings or preset.settings, device, cards, measured))


def _lengths(data: bytes) -> list[float]:
    """Tokens of each row that is trained on."""
    rows = (orjson.loads(line) for line in data.splitlines())
    return [
        sum(tokens_of(turn["content"]) for turn in [*row["prompt"], *row["completion"]])
        for row in rows
        if row.get("split", "train") == "train"
    ]
