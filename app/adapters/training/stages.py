"""What a run learns from: plain text, answers, or preference pairs; each with trl's trainer for it."""

import math
from functools import partial
from typing import Any

import torch
from datasets import Dataset
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from app.adapters.training.methods import SOFT, adapter_config, load_model
from app.adapters.training.narrator import Narrator
from app.adapters.training.report import TrainingFailed

Row = dict[str, Any]


def fitting_rows(tokenizer: Any, spec: dict[str, Any], rows: list[Row]) -> tuple[list[Row], list[Row], int]:
    """Rows to learn, rows to watch by, and how many were too long; rows for the test are nobody's here.

    Raises TrainingFailed when nothing in the dataset is for this stage.
    """
    fit = [row for row in rows if _is_for(spec["stage"], row)]
    if not fit:
        raise TrainingFailed(f"no_{spec['stage']}_rows", f"none of {len(rows)} rows is for the stage {spec['stage']}")
    short = [row for row in fit if token_count(tokenizer, row) <= spec["max_length"]]
    sides = [[row for row in short if row.get("split", "train") == side] for side in ("train", "validation")]
    if not sides[0]:
        raise TrainingFailed("rows_too_long", f"all {len(fit)} rows exceed {spec['max_length']} tokens")
    return sides[0], sides[1], sum(row.get("split", "train") == "train" for row in fit) - len(sides[0])


def _is_for(stage: str, row: Row) -> bool:
    if stage == "pretrain":
        return bool(row.get("text"))
    return bool(row.get("completion")) and (stage != "dpo" or bool(row.get("rejected")))


def token_count(tokenizer: Any, row: Row) -> int:
    """Of the longest text a row is learnt as."""
    if "text" in row:
        return len(tokenizer(row["text"], add_special_tokens=False)["input_ids"])
    ends = [row["completion"], row["rejected"]] if row.get("rejected") else [row["completion"]]
    texts = [tokenizer.apply_chat_template([*row["prompt"], *end], tokenize=False) for end in ends]
    return max(len(tokenizer(text, add_special_tokens=False)["input_ids"]) for text in texts)


def planned_steps(spec: dict[str, Any], rows: int) -> int:
    """Optimiser steps of the whole run."""
    each = math.ceil(math.ceil(rows / spec["batch_size"]) / spec["accumulate"])
    return int(each * spec["epochs"])


def build_trainer(spec: dict[str, Any], tokenizer: Any, rows: list[Row], watched: list[Row], narrator: Narrator) -> Any:
    """The stage's trainer over the method's model."""
    model = load_model(spec)
    parts = {
        "model": model,
        "train_dataset": as_dataset(spec["stage"], rows),
        "eval_dataset": as_dataset(spec["stage"], watched) if watched else None,
        "processing_class": tokenizer,
        "peft_config": None if spec.get("start_adapter") else adapter_config(spec),
        "callbacks": [narrator],
    }
    settings = _settings(spec, len(rows), bool(watched))
    if spec["stage"] != "dpo":
        completion_only = spec["stage"] == "sft"
        return SFTTrainer(args=SFTConfig(**settings, completion_only_loss=completion_only), **parts)
    trainer = DPOTrainer(args=DPOConfig(**settings, beta=spec["beta"]), **parts)
    if spec.get("start_adapter"):
        # The frozen copy that pairs are weighed against is made anew from `start_adapter`: a checkpoint with both
        # would be taken up without the one that learns.
        trainer.model.save_pretrained = partial(trainer.model.save_pretrained, selected_adapters=["default"])
    return trainer


def _settings(spec: dict[str, Any], rows: int, is_watched: bool) -> dict[str, Any]:
    """bfloat16 everywhere: on a CPU it costs a third of float32; the adapter's own weights stay float32."""
    on_gpu = torch.cuda.is_available()
    steps = planned_steps(spec, rows)
    return {
        "output_dir": spec["work_dir"],
        "num_train_epochs": spec["epochs"],
        "per_device_train_batch_size": spec["batch_size"],
        "gradient_accumulation_steps": spec["accumulate"],
        "learning_rate": spec["learning_rate"],
        "lr_scheduler_type": "cosine",
        "warmup_steps": max(1, steps // 20),
        "max_length": spec["max_length"],
        "seed": spec["seed"],
        "data_seed": spec["seed"],
        "bf16": True,
        "use_cpu": not on_gpu,
        # A prefix lives in the cache that checkpointing does without.
        "gradient_checkpointing": on_gpu and spec["method"] not in SOFT,
        "dataloader_pin_memory": on_gpu,
        "logging_steps": max(1, min(10, steps // 20)),
        "logging_nan_inf_filter": False,  # the filter would hide the very thing we must name
        "save_strategy": "steps",
        "save_steps": spec["save_every"],
        "save_total_limit": 2,
        "eval_strategy": "steps" if is_watched and spec["evaluate_every"] else "no",
        "eval_steps": spec["evaluate_every"] or None,
        "eval_on_start": is_watched and spec["stage"] == "dpo",
        "per_device_eval_batch_size": spec["batch_size"],
        "prediction_loss_only": True,
        "report_to": "none",
        "disable_tqdm": True,
    }


def as_dataset(stage: str, rows: list[Row]) -> Any:
    """Only what the trainer reads."""
    if stage == "pretrain":
        return Dataset.from_list([{"text": row["text"]} for row in rows])
    if stage == "sft":
        return Dataset.from_list([{"prompt": row["prompt"], "completion": row["completion"]} for row in rows])
    return Dataset.from_list(
        [{"prompt": row["prompt"], "chosen": row["completion"], "rejected": row["rejected"]} for row in rows]
    )
