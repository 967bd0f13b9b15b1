"""Tells what a trainer does: every logged step, looks at the validation rows, checkpoints, and when to stop."""

import json
import math
import resource
import time
from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from transformers import TrainerCallback

from app.adapters.training.adapter_files import file_sha256
from app.adapters.training.checkpoints import seal_checkpoint
from app.adapters.training.report import Orders, Report, TrainingFailed

BETTER = 0.999
"""A validation loss counts as better below this share of the best so far."""


class Narrator(TrainerCallback):  # type: ignore[misc]  # transformers is not installed where types are checked
    """Reports, seals checkpoints, keeps the best weights, and ends a run that diverges, stalls or was cancelled."""

    def __init__(self, report: Report, orders: Orders, work_dir: Path, patience: int) -> None:
        self._report, self._orders, self._patience = report, orders, patience
        self._lowest = math.inf
        self._seen = (time.monotonic(), 0.0)
        self._best_file, self._best_note = work_dir / "best.safetensors", work_dir / "best.json"
        self.best: dict[str, Any] = {"loss": math.inf, "step": 0, "since": 0}
        self.stopped_early = False

    def take_up(self, step: int) -> None:
        """After a resume: the best so far, unless it belongs to steps that are going to be repeated."""
        if step and self._best_note.is_file():
            kept = json.loads(self._best_note.read_text("utf-8"))
            if kept["step"] <= step:
                self.best = kept

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, float], **_: Any) -> None:
        """Transformers' hook after every logged step."""
        if "loss" not in logs:
            return
        loss, grad_norm = float(logs["loss"]), float(logs.get("grad_norm", 0.0))
        if not (math.isfinite(loss) and math.isfinite(grad_norm)):
            self._diverged(f"loss {loss}, gradient norm {grad_norm}", state.global_step)
        if loss > max(3 * self._lowest, self._lowest + 2):
            self._diverged(f"loss rose from {self._lowest:.3f} to {loss:.3f}", state.global_step)
        self._lowest = min(self._lowest, loss)
        (then, tokens_then), now, tokens = self._seen, time.monotonic(), float(logs.get("num_tokens", 0.0))
        self._seen = (now, tokens)
        self._report.send(
            "metric",
            step=state.global_step,
            loss=loss,
            learning_rate=float(logs.get("learning_rate", 0.0)),
            grad_norm=grad_norm,
            token_accuracy=float(logs.get("mean_token_accuracy", 0.0)),
            tokens_per_second=round(max(0.0, tokens - tokens_then) / max(1e-6, now - then), 1),
            memory_mb=peak_memory_mb(),
            **_preference(logs),
        )

    @staticmethod
    def _diverged(what: str, step: int) -> None:
        raise TrainingFailed("training_diverged", f"{what} at step {step}")

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: dict[str, float], model: Any, **_: Any) -> None:
        """Transformers' hook after a look at the validation rows."""
        loss = float(metrics.get("eval_loss", math.nan))
        if not math.isfinite(loss):
            self._diverged(f"validation loss {loss}", state.global_step)
        is_best = loss < self.best["loss"] * BETTER
        if is_best:
            self.best = {"loss": loss, "step": state.global_step, "since": 0}
            # A copy of each: tied weights share their memory, which safetensors refuses.
            weights = {name: tensor.detach().cpu().clone() for name, tensor in _learnt(model).items()}
            save_file(weights, self._best_file)
        else:
            self.best["since"] += 1
        self._best_note.write_text(json.dumps(self.best), "utf-8")
        liked = _preference(metrics, "eval_")
        self._report.send("validated", step=state.global_step, loss=loss, best=is_best, **liked)
        told = f"eval step {state.global_step}  val_loss {loss:.4f}"
        if liked:
            told += f"  margin {liked['margin']:.2f}"
        told += "  best so far" if is_best else ""
        self._report.send("log", text=told, level="good" if is_best else "info")
        if self._patience and self.best["since"] >= self._patience:
            self.stopped_early = control.should_training_stop = True
            words = f"no better validation loss in {self._patience} looks; stopped early at step {state.global_step}"
            self._report.send("log", text=words, level="warn")

    def put_back_best(self, model: Any, step: int) -> int:
        """The weights with the lowest validation loss, if the last ones are not; the step they are from."""
        if not self.best["step"] or self.best["step"] == step or not self._best_file.is_file():
            return step
        if isinstance(model, PeftModel):
            set_peft_model_state_dict(model, load_file(self._best_file))
        else:
            model.load_state_dict(load_file(self._best_file))
        self._report.send("log", text=f"kept the weights of step {self.best['step']}", level="good")
        return int(self.best["step"])

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Transformers' hook after a checkpoint."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        seal_checkpoint(folder)
        self._report.send("checkpoint", step=state.global_step)
        weights = folder / "adapter_model.safetensors"
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        digest = file_sha256(weights)[:8] if weights.is_file() else ""
        self._report.send("log", text=f"checkpoint {state.global_step} saved  {size:.1f} MB  sha256 {digest}")

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Transformers' hook after a step."""
        if self._orders.cancelled.is_set():
            control.should_save = True
            control.should_training_stop = True


def _learnt(model: Any) -> dict[str, Any]:
    """The adapter's weights, or all of them where all are learnt."""
    found: dict[str, Any] = get_peft_model_state_dict(model) if isinstance(model, PeftModel) else model.state_dict()
    return found


def _preference(logs: dict[str, float], before: str = "") -> dict[str, float]:
    """What trl tells about preference pairs, in our words; nothing for other stages."""
    chosen, rejected = logs.get(f"{before}logps/chosen"), logs.get(f"{before}logps/rejected")
    if chosen is None or rejected is None:
        return {}
    preferred = float(logs.get(f"{before}rewards/accuracies", 0.0))
    return {"margin": round(chosen - rejected, 4), "preferred": round(preferred, 4)}


def peak_memory_mb() -> float:
    """The most the device, or this process on a CPU, has used."""
    if torch.cuda.is_available():
        return round(float(torch.cuda.max_memory_reserved()) / 1e6, 1)
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
