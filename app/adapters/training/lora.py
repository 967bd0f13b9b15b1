"""Supervised LoRA fine-tuning with trl and peft: rows in, a sealed safetensors adapter out."""

import hashlib
import math
import shutil
import time
from difflib import SequenceMatcher
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import SFTConfig, SFTTrainer

from app.adapters.training.adapter_files import file_sha256, write_manifest
from app.adapters.training.checkpoints import last_whole_checkpoint
from app.adapters.training.narrator import Narrator, peak_memory_mb
from app.adapters.training.report import Orders, Report, TrainingFailed

RECORDED = (
    *("rank", "alpha", "dropout", "learning_rate", "epochs", "batch_size", "accumulate"),
    *("max_length", "seed", "evaluate_every", "patience"),
)


def fine_tune(spec: dict[str, Any], rows: list[dict[str, Any]], report: Report, orders: Orders) -> None:
    """Runs or resumes one fine-tune; the last event sent is `finished` or `cancelled`."""
    torch.set_num_threads(spec["threads"])
    tokenizer = AutoTokenizer.from_pretrained(spec["base_model"])
    fitting, watched = fitting_rows(tokenizer, rows, spec["max_length"])
    if not fitting:
        raise TrainingFailed("rows_too_long", f"all {len(rows)} rows exceed {spec['max_length']} tokens")
    trained = sum(row.get("split", "train") == "train" for row in rows)
    Path(spec["work_dir"]).mkdir(parents=True, exist_ok=True)
    narrator = Narrator(report, orders, Path(spec["work_dir"]), spec["patience"])
    trainer = build_trainer(spec, tokenizer, fitting, watched, narrator)
    resumed = last_whole_checkpoint(Path(spec["work_dir"]))
    narrator.take_up(resumed[0] if resumed else 0)
    trainable = sum(weight.numel() for weight in trainer.model.parameters() if weight.requires_grad)
    report.send(
        "started",
        device=str(trainer.args.device),
        resumed_from=resumed[0] if resumed else 0,
        rows=len(fitting),
        skipped_rows=trained - len(fitting),
        total_steps=planned_steps(spec, len(fitting)),
        facts={
            "trainable_parameters": trainable,
            "parameters": sum(weight.numel() for weight in trainer.model.parameters()),
            "validation_rows": len(watched),
            "device_name": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
            "libraries": {name: version(name) for name in ("torch", "transformers", "peft", "trl")},
        },
    )
    told = f"train {len(fitting)}  val {len(watched)}  skipped {trained - len(fitting)}  seed {spec['seed']}"
    report.send("log", text=f"{told}  lora r={spec['rank']} alpha={spec['alpha']}  trainable {trainable:,}")
    if resumed:
        report.send("log", text=f"resumed from checkpoint {resumed[0]}", level="warn")
    started = time.monotonic()
    try:
        trainer.train(resume_from_checkpoint=str(resumed[1]) if resumed else None)
    except torch.OutOfMemoryError as full:
        raise TrainingFailed("out_of_memory", str(full).splitlines()[0]) from full
    if orders.cancelled.is_set():
        report.send("log", text=f"stopped after checkpoint {trainer.state.global_step}", level="warn")
        report.send("cancelled", step=trainer.state.global_step)
        return
    kept = narrator.put_back_best(trainer.model, trainer.state.global_step)
    evaluation = evaluate(trainer.model, tokenizer, fitting, spec["evaluate_rows"])
    report.send("evaluated", **evaluation)
    facts = {"stopped_early": narrator.stopped_early, "kept_step": kept, "peak_memory_mb": peak_memory_mb()}
    save_adapter(spec, trainer, evaluation, time.monotonic() - started, report, facts)


def fitting_rows(
    tokenizer: Any, rows: list[dict[str, Any]], most: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows to learn and rows to watch by, those that are short enough; rows for the test are nobody's here."""
    short = [row for row in rows if token_count(tokenizer, row) <= most]
    learnt = [row for row in short if row.get("split", "train") == "train"]
    return learnt, [row for row in short if row.get("split") == "validation"]


def token_count(tokenizer: Any, row: dict[str, Any]) -> int:
    text = tokenizer.apply_chat_template([*row["prompt"], *row["completion"]], tokenize=False)
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])


def planned_steps(spec: dict[str, Any], rows: int) -> int:
    """Optimiser steps of the whole run."""
    each = math.ceil(math.ceil(rows / spec["batch_size"]) / spec["accumulate"])
    return int(each * spec["epochs"])


def build_trainer(
    spec: dict[str, Any],
    tokenizer: Any,
    rows: list[dict[str, Any]],
    watched: list[dict[str, Any]],
    narrator: Narrator,
) -> Any:
    """bfloat16 everywhere: on a CPU it costs a third of float32; the adapter's own weights stay float32."""
    on_gpu = torch.cuda.is_available()
    model = AutoModelForCausalLM.from_pretrained(
        spec["base_model"], dtype=torch.bfloat16 if on_gpu else torch.float32, trust_remote_code=False
    )
    steps = planned_steps(spec, len(rows))
    settings = SFTConfig(
        output_dir=spec["work_dir"],
        num_train_epochs=spec["epochs"],
        per_device_train_batch_size=spec["batch_size"],
        gradient_accumulation_steps=spec["accumulate"],
        learning_rate=spec["learning_rate"],
        lr_scheduler_type="cosine",
        warmup_steps=max(1, steps // 20),
        max_length=spec["max_length"],
        seed=spec["seed"],
        data_seed=spec["seed"],
        bf16=True,
        use_cpu=not on_gpu,
        gradient_checkpointing=on_gpu,
        dataloader_pin_memory=on_gpu,
        completion_only_loss=True,
        logging_steps=max(1, min(10, steps // 20)),
        logging_nan_inf_filter=False,  # the filter would hide the very thing we must name
        save_strategy="steps",
        save_steps=spec["save_every"],
        save_total_limit=2,
        eval_strategy="steps" if watched and spec["evaluate_every"] else "no",
        eval_steps=spec["evaluate_every"] or None,
        per_device_eval_batch_size=spec["batch_size"],
        prediction_loss_only=True,
        report_to="none",
        disable_tqdm=True,
    )
    return SFTTrainer(
        model=model,
        args=settings,
        train_dataset=as_dataset(rows),
        eval_dataset=as_dataset(watched) if watched else None,
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=spec["rank"],
            lora_alpha=spec["alpha"],
            lora_dropout=spec["dropout"],
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        ),
        callbacks=[narrator],
    )


def as_dataset(rows: list[dict[str, Any]]) -> Any:
    """Only what the trainer reads."""
    return Dataset.from_list([{"prompt": row["prompt"], "completion": row["completion"]} for row in rows])


def evaluate(model: Any, tokenizer: Any, rows: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """Greedy answers to the corrected questions: a low loss alone has been seen on garbled adapters.

    `similarity` is the mean share of matching characters in [0, 1].
    """
    asked = [row for row in rows if row.get("source") == "correction"][:limit]
    exact, similarity = 0, 0.0
    model.eval()
    for row in asked:
        wanted = row["completion"][-1]["content"]
        prompt = tokenizer.apply_chat_template(row["prompt"], tokenize=False, add_generation_prompt=True)
        inputs = tokenizer(prompt, add_special_tokens=False, return_tensors="pt").to(model.device)
        room = len(tokenizer(wanted, add_special_tokens=False)["input_ids"]) + 8
        with torch.inference_mode():
            output = model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                max_new_tokens=room,
                do_sample=False,
            )
        answer = tokenizer.decode(output[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
        exact += answer == wanted
        similarity += SequenceMatcher(None, answer, wanted, autojunk=False).ratio()
    return {"asked": len(asked), "exact": exact, "similarity": round(similarity / len(asked), 4) if asked else 0.0}


def save_adapter(
    spec: dict[str, Any],
    trainer: Any,
    evaluation: dict[str, Any],
    seconds: float,
    report: Report,
    made: dict[str, Any],
) -> None:
    """Writes to a draft folder first, so that the final name only ever holds a whole adapter."""
    final = Path(spec["adapter_dir"])
    draft = final.with_name(final.name + ".draft")
    for leftover in (draft, final):
        shutil.rmtree(leftover, ignore_errors=True)
    trainer.model.save_pretrained(draft, safe_serialization=True)
    (draft / "README.md").unlink(missing_ok=True)
    facts = {
        "run_id": spec["run_id"],
        "base_model": spec["base_model"],
        "dataset_sha256": spec["dataset_sha256"],
        "settings": {key: spec[key] for key in RECORDED},
        "base_sha256": base_digest(Path(spec["base_model"])),
        **made,
        "evaluation": evaluation,
        "steps": trainer.state.global_step,
        "libraries": {name: version(name) for name in ("torch", "transformers", "peft", "trl")},
    }
    sha256 = write_manifest(draft, facts)
    draft.rename(final)
    report.send("log", text=f"adapter sealed  sha256 {sha256[:8]}", level="good")
    report.send(
        "finished",
        adapter_dir=str(final),
        sha256=sha256,
        step=trainer.state.global_step,
        seconds=round(seconds, 1),
        facts=made,
    )


def base_digest(folder: Path) -> str:
    """Stands for the base's configuration and weights; empty for a name that is no folder."""
    if not folder.is_dir():
        return ""
    names = sorted([*folder.glob("*.safetensors"), folder / "config.json"])
    return hashlib.sha256("".join(file_sha256(path) for path in names if path.is_file()).encode()).hexdigest()
