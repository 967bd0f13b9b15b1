"""One fine-tune with trl and peft: rows in, a sealed adapter or model out."""

import time
from difflib import SequenceMatcher
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer

from app.adapters.training.checkpoints import last_whole_checkpoint
from app.adapters.training.made_files import LIBRARIES, save_made
from app.adapters.training.narrator import Narrator, peak_memory_mb
from app.adapters.training.report import Orders, Report, TrainingFailed
from app.adapters.training.stages import build_trainer, fitting_rows, planned_steps


def fine_tune(spec: dict[str, Any], rows: list[dict[str, Any]], report: Report, orders: Orders) -> None:
    """Runs or resumes one fine-tune; the last event sent is `finished` or `cancelled`."""
    torch.set_num_threads(spec["threads"])
    tokenizer = AutoTokenizer.from_pretrained(spec["base_model"])
    fitting, watched, skipped = fitting_rows(tokenizer, spec, rows)
    work_dir = Path(spec["work_dir"])
    work_dir.mkdir(parents=True, exist_ok=True)
    narrator = Narrator(report, orders, work_dir, spec["patience"])
    trainer = build_trainer(spec, tokenizer, fitting, watched, narrator)
    resumed = last_whole_checkpoint(work_dir)
    narrator.take_up(resumed[0] if resumed else 0)
    if resumed:
        trainer.args.eval_on_start = False
    _tell_start(spec, trainer, report, (len(fitting), len(watched), skipped), resumed[0] if resumed else 0)
    started = time.monotonic()
    try:
        trainer.train(resume_from_checkpoint=str(resumed[1]) if resumed else None)
    except torch.OutOfMemoryError as full:
        raise TrainingFailed("out_of_memory", str(full).splitlines()[0]) from full
    step = trainer.state.global_step
    if orders.cancelled.is_set():
        report.send("log", text=f"stopped after checkpoint {step}", level="warn")
        report.send("cancelled", step=step)
        return
    kept = narrator.put_back_best(trainer.model, step)
    evaluation = evaluate(trainer.model, tokenizer, fitting, spec["evaluate_rows"])
    report.send("evaluated", **evaluation)
    made = {"stopped_early": narrator.stopped_early, "kept_step": kept, "peak_memory_mb": peak_memory_mb()}
    seconds = round(time.monotonic() - started, 1)
    folder, sha256 = save_made(spec, trainer.model, tokenizer, {**made, "evaluation": evaluation, "steps": step})
    report.send("log", text=f"sealed  sha256 {sha256[:8]}", level="good")
    report.send("finished", adapter_dir=str(folder), sha256=sha256, step=step, seconds=seconds, facts=made)


def _tell_start(
    spec: dict[str, Any], trainer: Any, report: Report, counts: tuple[int, int, int], resumed_from: int
) -> None:
    """What is about to be learnt, by which weights, on what."""
    learnt, watched, skipped = counts
    trainable = sum(weight.numel() for weight in trainer.model.parameters() if weight.requires_grad)
    report.send(
        "started",
        device=str(trainer.args.device),
        resumed_from=resumed_from,
        rows=learnt,
        skipped_rows=skipped,
        total_steps=planned_steps(spec, learnt),
        facts={
            "stage": spec["stage"],
            "method": spec["method"],
            "trainable_parameters": trainable,
            "parameters": sum(weight.numel() for weight in trainer.model.parameters()),
            "validation_rows": watched,
            "device_name": torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu",
            "libraries": {name: version(name) for name in LIBRARIES},
        },
    )
    told = f"train {learnt}  val {watched}  skipped {skipped}  seed {spec['seed']}"
    report.send("log", text=f"{told}  {spec['stage']} {spec['method']}  trainable {trainable:,}")
    if resumed_from:
        report.send("log", text=f"resumed from checkpoint {resumed_from}", level="warn")


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
