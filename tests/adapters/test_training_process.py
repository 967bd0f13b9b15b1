"""The trainer's process: its words become events, its end is named, it never outlives the product; files are sealed."""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from app.adapters.training.adapter_files import MANIFEST, AdapterRefused, check_adapter, write_manifest
from app.adapters.training.checkpoints import last_whole_checkpoint, seal_checkpoint
from app.adapters.training.process import ChildTrainer
from app.adapters.vllm_adapters import VllmAdapters
from app.training import (
    AdapterDamaged,
    AdapterNotServed,
    BaseModelChanged,
    BaseModelIncomplete,
    BaseModelMissing,
    BaseModelNoTemplate,
    BaseModelPickle,
    BaseModelUnknown,
    Began,
    DatasetDamaged,
    DiskFull,
    Judged,
    Made,
    Metric,
    OutOfMemory,
    RunSettings,
    Said,
    TrainerDied,
    TrainerIncomplete,
    TrainingDiverged,
    TrainingNotSetUp,
    TrainingOrder,
    TrainingRefused,
    Validation,
)
from tests.fakes.training import a_base_model

ROWS = b'{"prompt": [], "completion": []}\n'
BEGAN = {
    "event": "started",
    "device": "cpu",
    "resumed_from": 0,
    "rows": 1,
    "skipped_rows": 0,
    "total_steps": 2,
    "facts": {"trainable_parameters": 9},
}
METRIC = {
    "event": "metric",
    "step": 1,
    "loss": 0.5,
    "learning_rate": 0.1,
    "grad_norm": 1.0,
    "token_accuracy": 0.5,
    "tokens_per_second": 10.0,
}


def order(base: str = "/nowhere", rows: bytes = ROWS, sha256: str | None = None) -> TrainingOrder:
    return TrainingOrder(UUID(int=7), base, rows, sha256 or hashlib.sha256(rows).hexdigest(), RunSettings())


def trainer(folder: Path, python: Path | None = Path(sys.executable)) -> ChildTrainer:
    return ChildTrainer(python, folder, 1, {"PATH": os.environ["PATH"]})


def speaking(folder: Path, *lines: dict[str, object], then: str = "") -> ChildTrainer:
    """A trainer whose program says these lines and then does this, whatever it is asked."""
    script = folder / "speaker.py"
    said = "\n".join(f"print({json.dumps(line)!r}, flush=True)" for line in lines)
    script.write_text(f"#!{sys.executable}\nimport os, sys, time\n{said}\n{then}\n")
    script.chmod(0o755)
    return trainer(folder, script)


async def test_what_the_trainer_says_becomes_events(tmp_path: Path) -> None:
    child = speaking(
        tmp_path,
        BEGAN,
        METRIC,
        {"event": "checkpoint", "step": 1},
        {"event": "evaluated", "asked": 2, "exact": 1, "similarity": 0.75},
        {"event": "finished", "adapter_dir": "/a", "sha256": "ff", "step": 2, "seconds": 1.0},
    )
    events = [event async for event in child.fine_tune(order())]
    assert events == [
        Began(2, 0, 1, 0, "cpu", {"trainable_parameters": 9}),
        Metric(1, 0.5, 0.1, 1.0, 0.5, 10.0),
        Judged(2, 1, 0.75),
        Made("/a", "ff", 2, 1.0),
    ]


async def test_a_named_failure_is_raised_as_such(tmp_path: Path) -> None:
    child = speaking(tmp_path, BEGAN, {"event": "failed", "code": "training_diverged", "detail": "loss nan at step 3"})
    with pytest.raises(TrainingDiverged) as caught:
        _ = [event async for event in child.fine_tune(order())]
    assert "loss nan at step 3" in caught.value.detail


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        ("OSError(28, 'No space left on device')", DiskFull),
        ("RuntimeError('[enforce fail at inline_container.cc:664] . No space left on device')", DiskFull),
        ("RuntimeError('CUDA out of memory. Tried to allocate 2.00 GiB')", OutOfMemory),
        ("MemoryError()", OutOfMemory),
    ],
    ids=["disk", "disk-in-torch", "gpu-memory", "memory"],
)
async def test_a_full_disk_or_memory_in_the_real_entry_ends_the_run_with_its_name(
    tmp_path: Path, failure: str, error: type[TrainingRefused]
) -> None:
    code = [
        "from app.adapters.training import run",
        f"def full(*_): raise {failure}",
        "run.train = full",
        "sys.argv[1:] = sys.argv[-1:]",
        "run.main()",
    ]
    with pytest.raises(error):
        _ = [event async for event in speaking(tmp_path, BEGAN, METRIC, then="\n".join(code)).fine_tune(order())]


SAVING = """
import pathlib
from app.adapters.training.checkpoints import seal_checkpoint
def save(step):
    folder = pathlib.Path("work") / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"half")
    if step == 8: print(json.dumps(metric), flush=True); heard = sys.stdin.readline()
    if step == 8 and hangs: time.sleep(60)
    with (folder / "adapter_model.safetensors").open("ab") as more: more.write(b" and half")
    seal_checkpoint(folder)
save(4); save(8)
"""


@pytest.mark.parametrize(("hangs", "kept"), [(False, 8), (True, 4)], ids=["finishes", "hangs"])
async def test_a_cancel_during_a_save_waits_for_it_and_else_leaves_the_checkpoint_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: bool, kept: int
) -> None:
    monkeypatch.setattr("app.adapters.training.process.GRACE_S", 0.3 if hangs else 30)
    child = speaking(tmp_path, BEGAN, then=f"import json; metric = {METRIC!r}; hangs = {hangs}\n{SAVING}")
    events = child.fine_tune(order())
    while not isinstance(await anext(events), Metric):
        pass
    work = tmp_path / str(order().run_id) / "work"
    assert (work / "checkpoint-8").is_dir(), "it is in the middle of writing"
    await events.aclose()
    found = last_whole_checkpoint(work)
    assert found is not None and found[0] == kept
    assert (found[1] / "adapter_model.safetensors").read_bytes() == b"half and half"


async def test_a_killed_trainer_is_worth_another_try(tmp_path: Path) -> None:
    child = speaking(tmp_path, BEGAN, then="os.kill(os.getpid(), 9)")
    with pytest.raises(TrainerDied):
        _ = [event async for event in child.fine_tune(order())]


async def test_closing_asks_the_trainer_to_save_and_end(tmp_path: Path) -> None:
    child = speaking(tmp_path, BEGAN, then=f"open({str(tmp_path / 'order')!r}, 'w').write(sys.stdin.readline())")
    events = child.fine_tune(order())
    await anext(events)
    await events.aclose()
    assert (tmp_path / "order").read_text() == "cancel\n"


async def test_the_trainer_does_not_see_the_products_secrets(tmp_path: Path) -> None:
    from app.kernel.settings import Settings

    settings = Settings(data_dir=tmp_path, database_url="postgresql://u:hunter2@h/d", train_python=Path(sys.executable))
    child = ChildTrainer.from_settings(settings)
    assert not any(name.startswith("KEFU_") for name in child.environment)
    assert "hunter2" not in " ".join(child.environment.values())


async def test_the_real_entry_runs_on_the_standard_library_and_names_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(BaseModelMissing):
        _ = [event async for event in trainer(tmp_path).fine_tune(order(str(tmp_path / "no-model")))]


async def test_an_environment_without_torch_is_named(tmp_path: Path) -> None:
    base = a_base_model(tmp_path / "base")
    with pytest.raises(TrainerIncomplete) as caught:
        _ = [event async for event in trainer(tmp_path).fine_tune(order(str(base)))]
    assert "No module named" in caught.value.detail


async def test_a_run_does_not_go_on_from_a_checkpoint_on_another_base(tmp_path: Path) -> None:
    base = a_base_model(tmp_path / "base")
    weights, child = base / "model.safetensors", trainer(tmp_path)

    async def tried(error: type[Exception]) -> None:
        with pytest.raises(error):
            _ = [event async for event in child.fine_tune(order(str(base)))]

    await tried(TrainerIncomplete)
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    await tried(TrainerIncomplete)  # nothing was learnt yet: it begins on these
    checkpoint(tmp_path / str(order().run_id) / "work", 4)
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x02")
    await tried(BaseModelChanged)
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    await tried(TrainerIncomplete)


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda base: (base / "config.json").unlink(), BaseModelMissing),
        (lambda base: (base / "config.json").write_text("{"), BaseModelIncomplete),
        (lambda base: a_base_model(base, model_type="chatglm"), BaseModelUnknown),
        (lambda base: a_base_model(base, auto_map={"AutoModel": "evil.py"}), BaseModelUnknown),
        (lambda base: (base / "model.safetensors").rename(base / "pytorch_model.bin"), BaseModelPickle),
        (lambda base: (base / "model.safetensors").unlink(), BaseModelIncomplete),
        (lambda base: (base / "model.safetensors").write_bytes(b"\x80\x04pickle, renamed"), BaseModelIncomplete),
        (lambda base: os.truncate(base / "model.safetensors", 200), BaseModelIncomplete),
        (lambda base: (base / "tokenizer.json").unlink(), BaseModelIncomplete),
        (lambda base: (base / "tokenizer_config.json").write_text("{}"), BaseModelNoTemplate),
        (
            lambda base: (base / "model.safetensors.index.json").write_text(
                '{"weight_map": {"a": "gone.safetensors"}}'
            ),
            BaseModelIncomplete,
        ),
    ],
    ids=[
        *("no-config", "broken-config", "unknown", "own-code", "pickle", "no-weights", "renamed-pickle", "cut-off"),
        *("no-tokenizer", "no-template", "missing-shard"),
    ],
)
def test_a_bad_base_model_is_named_before_anything_is_loaded(
    tmp_path: Path, spoil: Callable[[Path], object], error: type[Exception]
) -> None:
    base = a_base_model(tmp_path / "base")
    described = trainer(tmp_path).describe_base(str(base))
    assert described is not None and (described.parameters, described.layers) == (80, 2)
    spoil(base)
    with pytest.raises(error):
        trainer(tmp_path).describe_base(str(base))


def test_a_base_model_on_another_machine_is_left_to_that_machine(tmp_path: Path) -> None:
    assert trainer(tmp_path).describe_base(str(tmp_path / "elsewhere")) is None


def test_a_machine_takes_one_run_at_a_time_and_says_whose(tmp_path: Path) -> None:
    first, second = UUID(int=1), UUID(int=2)
    with trainer(tmp_path).slot(first) as free:
        assert free is None
        with trainer(tmp_path).slot(second) as taken:
            assert taken == first
    with trainer(tmp_path).slot(second) as free:
        assert free is None


async def test_looks_at_validation_rows_and_log_lines_become_events(tmp_path: Path) -> None:
    child = speaking(
        tmp_path,
        {"event": "validated", "step": 4, "loss": 1.5, "best": True},
        {"event": "log", "text": "eval step 4", "level": "good"},
        {"event": "log", "text": "seed 42"},
    )
    events = [event async for event in child.fine_tune(order())]
    assert events == [Validation(4, 1.5, True), Said("eval step 4", "good"), Said("seed 42")]


async def test_rows_that_are_not_the_versions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetDamaged):
        _ = [event async for event in trainer(tmp_path).fine_tune(order(sha256="0" * 64))]


@pytest.mark.parametrize("python", [None, Path("/nowhere/python")])
async def test_without_an_environment_training_is_not_set_up(tmp_path: Path, python: Path | None) -> None:
    with pytest.raises(TrainingNotSetUp):
        _ = [event async for event in trainer(tmp_path, python).fine_tune(order())]


async def test_an_orphaned_trainer_ends_itself(tmp_path: Path) -> None:
    code = "from app.adapters.training.report import Orders; import threading; Orders(); threading.Event().wait(60)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdin=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(20):
        assert await process.wait() == 3


def checkpoint(work_dir: Path, step: int, sealed: bool = True) -> Path:
    folder = work_dir / f"checkpoint-{step}"
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(b"weights %d" % step)
    (folder / "trainer_state.json").write_text("{}")
    if sealed:
        seal_checkpoint(folder)
    return folder


def test_a_run_resumes_from_the_furthest_sealed_checkpoint(tmp_path: Path) -> None:
    checkpoint(tmp_path, 20)
    newest = checkpoint(tmp_path, 100)
    assert last_whole_checkpoint(tmp_path) == (100, newest)


def test_a_half_written_checkpoint_is_removed_and_the_one_before_used(tmp_path: Path) -> None:
    whole, half = checkpoint(tmp_path, 20), checkpoint(tmp_path, 40, sealed=False)
    assert last_whole_checkpoint(tmp_path) == (20, whole) and not half.exists()


def test_a_checkpoint_cut_off_by_a_power_failure_is_not_trusted(tmp_path: Path) -> None:
    whole, cut = checkpoint(tmp_path, 20), checkpoint(tmp_path, 40)
    (cut / "adapter_model.safetensors").write_bytes(b"")
    assert last_whole_checkpoint(tmp_path) == (20, whole)


def test_without_checkpoints_a_run_begins_at_the_beginning(tmp_path: Path) -> None:
    (tmp_path / "checkpoint-x").mkdir()
    assert last_whole_checkpoint(tmp_path) is None


@pytest.fixture
def adapter(tmp_path: Path) -> Path:
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "adapter_config.json").write_text("{}")
    return folder


def test_an_untouched_adapter_is_accepted_and_tells_where_it_comes_from(adapter: Path) -> None:
    sha256 = write_manifest(adapter, {"run_id": "7"})
    assert check_adapter(adapter, sha256)["run_id"] == "7"


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "extra.json", MANIFEST])
def test_a_changed_or_added_file_is_noticed(adapter: Path, name: str) -> None:
    sha256 = write_manifest(adapter, {})
    (adapter / name).write_bytes(b"{}{}")
    with pytest.raises(AdapterRefused):
        check_adapter(adapter, sha256)
    with pytest.raises(AdapterDamaged):
        VllmAdapters(None, None).check(str(adapter), sha256)


def test_a_pickle_is_never_sealed(adapter: Path) -> None:
    (adapter / "adapter_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(AdapterRefused, match=r"adapter_model\.bin"):
        write_manifest(adapter, {})


async def test_without_a_model_server_no_adapter_is_served() -> None:
    with pytest.raises(AdapterNotServed):
        await VllmAdapters(None, None).load("kefu-x", "/a")
    with pytest.raises(AdapterNotServed):
        await VllmAdapters("http://127.0.0.1:9", None).load("kefu-x", "/a")
