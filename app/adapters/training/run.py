"""Entry of the trainer's process: `python -m app.adapters.training.run SPEC.json`, where torch is installed."""

import json
import sys
from pathlib import Path
from typing import Any

from app.adapters.training.faults import named
from app.adapters.training.report import Orders, Report, TrainingFailed


def read_rows(path: Path, sha256: str) -> list[dict[str, Any]]:
    """The dataset's rows. Raises TrainingFailed when the file isn't the version it claims to be."""
    from app.adapters.training.adapter_files import file_sha256

    if not path.is_file():
        raise TrainingFailed("dataset_missing", str(path))
    if file_sha256(path) != sha256:
        raise TrainingFailed("dataset_changed", f"{path} is not {sha256}")
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    if not rows:
        raise TrainingFailed("dataset_empty", str(path))
    return rows


def _check_base(base: Path, report: Report) -> None:
    from app.adapters.training.base_model import BaseModelFault, inspect_base

    if not (base / "config.json").is_file():
        raise TrainingFailed("base_model_missing", f"{base} holds no config.json")
    try:
        facts = inspect_base(base)
    except BaseModelFault as fault:
        raise TrainingFailed(fault.code, fault.detail) from fault
    report.send(
        "log",
        text=f"base {base.name}  {facts.architecture}  {facts.parameters / 1e6:,.1f} M parameters  safetensors only",
    )


def _check_same_base(base: Path, work_dir: Path) -> None:
    """A run goes on from its checkpoints on the very weights it began with. Raises TrainingFailed."""
    from app.adapters.training.adapter_files import base_digest
    from app.adapters.training.checkpoints import last_whole_checkpoint

    note, digest = work_dir / "base.sha256", base_digest(base)
    if note.is_file() and note.read_text("utf-8") != digest and last_whole_checkpoint(work_dir):
        raise TrainingFailed("base_model_changed", f"the weights in {base} are not those the run began with")
    work_dir.mkdir(parents=True, exist_ok=True)
    note.write_text(digest, "utf-8")


def train(spec: dict[str, Any], report: Report, orders: Orders) -> None:
    """Imports the heavy libraries only now, so that bad input is named before they load."""
    rows = read_rows(Path(spec["dataset_path"]), spec["dataset_sha256"])
    base = Path(spec["base_model"])
    if base.is_absolute():
        _check_base(base, report)
        _check_same_base(base, Path(spec["work_dir"]))
    try:
        from app.adapters.training.compress import STAGES, compress
        from app.adapters.training.fine_tune import fine_tune
    except ImportError as missing:
        raise TrainingFailed("trainer_incomplete", str(missing)) from missing
    if spec["stage"] in STAGES:
        compress(spec, rows, report)
    else:
        fine_tune(spec, rows, report, orders)


def main() -> None:
    spec = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    report, orders = Report(), Orders()
    try:
        train(spec, report, orders)
    except TrainingFailed as failure:
        report.send("failed", code=failure.code, detail=failure.detail)
        raise SystemExit(1) from failure
    except Exception as failure:
        known = named(failure)
        if known is None:
            raise
        report.send("failed", code=known.code, detail=known.detail)
        raise SystemExit(1) from failure


if __name__ == "__main__":
    main()
