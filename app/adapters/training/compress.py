"""Makes a version whole or smaller: an adapter merged into its base, int8 weights, or four bits by GPTQ or AWQ."""

import importlib.util
import time
from functools import partial
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.adapters.training.fine_tune import evaluate
from app.adapters.training.int8 import save_int8
from app.adapters.training.made_files import save_whole, seal_made
from app.adapters.training.narrator import peak_memory_mb
from app.adapters.training.report import Report, TrainingFailed

STAGES = frozenset({"merge", "int8", "gptq", "awq"})
CALIBRATION_ROWS = 256


def compress(spec: dict[str, Any], rows: list[dict[str, Any]], report: Report) -> None:
    """One pass over the weights; done again from the start when it is cut off. Raises TrainingFailed."""
    torch.set_num_threads(spec["threads"])
    started, stage, folder = time.monotonic(), spec["stage"], _source(spec)
    if stage in ("gptq", "awq"):
        _check_library(stage)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = _merged(spec, folder)
    size = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    facts = {"stage": stage, "parameters": sum(weight.numel() for weight in model.parameters())}
    device = str(model.device)
    report.send("started", device=device, resumed_from=0, rows=len(rows), skipped_rows=0, total_steps=1, facts=facts)
    answered = [row for row in rows if row.get("completion") and row.get("split", "train") == "train"]
    write = {
        "merge": partial(save_whole, model, tokenizer),
        "int8": partial(save_int8, model, tokenizer),
        "gptq": partial(_four_bits, spec, model, tokenizer, answered),
        "awq": partial(_four_bits, spec, model, tokenizer, answered),
    }[stage]
    made, sha256 = seal_made(spec, write, {"steps": 1})
    # Rounded weights answer as they will be served: int8 leaves them rounded in the model it wrote.
    report.send("evaluated", **evaluate(model, tokenizer, answered, spec["evaluate_rows"]))
    kept = sum(path.stat().st_size for path in made.glob("*.safetensors"))
    told = {"size_before": size, "size_after": kept, "peak_memory_mb": peak_memory_mb()}
    report.send("log", text=f"{stage}  {size / 1e6:.1f} MB -> {kept / 1e6:.1f} MB  sha256 {sha256[:8]}", level="good")
    seconds = round(time.monotonic() - started, 1)
    report.send("finished", adapter_dir=str(made), sha256=sha256, step=1, seconds=seconds, facts=told)


def _source(spec: dict[str, Any]) -> str:
    """The folder of a whole model, or the base that an adapter belongs to."""
    start = spec.get("start_adapter")
    return str(start if start and (Path(start) / "config.json").is_file() else spec["base_model"])


def _merged(spec: dict[str, Any], folder: str) -> Any:
    on_gpu = torch.cuda.is_available()
    options = {"dtype": torch.bfloat16, "device_map": {"": 0}} if on_gpu else {"dtype": torch.float32}
    model = AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=False, **options)
    start = spec.get("start_adapter")
    if not start or start == folder:
        return model
    try:
        return PeftModel.from_pretrained(model, start).merge_and_unload()
    except (ValueError, RuntimeError, KeyError) as unfit:
        raise TrainingFailed("start_unfit", str(unfit).splitlines()[0]) from unfit


def _check_library(stage: str) -> None:
    if not torch.cuda.is_available():
        raise TrainingFailed("method_needs_gpu", f"{stage.upper()} needs a CUDA device; none is here")
    if importlib.util.find_spec("llmcompressor") is None:
        raise TrainingFailed("method_needs_gpu", f"{stage.upper()} needs the package llmcompressor, not installed here")


def _four_bits(spec: dict[str, Any], model: Any, tokenizer: Any, rows: list[dict[str, Any]], folder: Path) -> None:
    """Weights of four bits with 16-bit activations, fitted to what the model is really asked."""
    from llmcompressor import oneshot
    from llmcompressor.modifiers.awq import AWQModifier
    from llmcompressor.modifiers.quantization import GPTQModifier

    modifier = {"gptq": GPTQModifier, "awq": AWQModifier}[spec["stage"]]
    texts = [
        tokenizer.apply_chat_template([*row["prompt"], *row["completion"]], tokenize=False)
        for row in rows[:CALIBRATION_ROWS]
    ]
    asked = Dataset.from_list(
        [tokenizer(text, add_special_tokens=False, truncation=True, max_length=spec["max_length"]) for text in texts]
    )
    oneshot(
        model=model,
        dataset=asked,
        recipe=modifier(targets="Linear", scheme="W4A16", ignore=["lm_head"]),
        max_seq_length=spec["max_length"],
        num_calibration_samples=len(asked),
    )
    model.save_pretrained(folder, save_compressed=True)
    tokenizer.save_pretrained(folder)
