"""The product's side of a fine-tune: starts the trainer's process, reads what it reports, and never outlives it."""

import asyncio
import fcntl
import hashlib
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from app.adapters.training.base_model import BaseModelFault, inspect_base
from app.kernel.logging import get_logger
from app.kernel.settings import PREFIX, PROJECT_ROOT, Settings, environment
from app.training import (
    BaseModel,
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
    MethodNeedsGpu,
    Metric,
    NothingForStage,
    OutOfMemory,
    Said,
    StartUnfit,
    TrainerDied,
    TrainerEvent,
    TrainerIncomplete,
    TrainingDiverged,
    TrainingNotSetUp,
    TrainingOrder,
    TrainingRefused,
    Validation,
)

log = get_logger(__name__)
LINE_LIMIT = 1 << 20
GRACE_S = 30.0
"""How long a cancelled trainer may take to save its checkpoint."""
REFUSALS: Mapping[str, type[TrainingRefused]] = {
    "training_diverged": TrainingDiverged,
    "dataset_missing": DatasetDamaged,
    "dataset_changed": DatasetDamaged,
    "dataset_empty": DatasetDamaged,
    "rows_too_long": DatasetDamaged,
    "base_model_missing": BaseModelMissing,
    "base_model_changed": BaseModelChanged,
    "base_model_incomplete": BaseModelIncomplete,
    "base_model_pickle": BaseModelPickle,
    "base_model_unknown": BaseModelUnknown,
    "base_model_no_template": BaseModelNoTemplate,
    "disk_full": DiskFull,
    "trainer_incomplete": TrainerIncomplete,
    "out_of_memory": OutOfMemory,
    "no_pretrain_rows": NothingForStage,
    "no_sft_rows": NothingForStage,
    "no_dpo_rows": NothingForStage,
    "method_needs_gpu": MethodNeedsGpu,
    "start_unfit": StartUnfit,
}
LIBRARIES = {"qlora": "bitsandbytes", "gptq": "llmcompressor", "awq": "llmcompressor"}
"""What a method needs beside a GPU."""
ROWS = "dataset.jsonl"
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


@dataclass(frozen=True)
class ChildTrainer:
    """Runs `app.adapters.training.run` with the Python that has torch; `folder` keeps runs by id; both are absolute.

    threads: OpenMP threads; more than the machine's idle cores makes a small model many times slower.
    environment: what the child sees, without Kefu's own secrets.
    """

    python: Path | None
    folder: Path
    threads: int
    environment: Mapping[str, str]

    @classmethod
    def from_settings(cls, settings: Settings) -> "ChildTrainer":
        """`absolute` and not `resolve`: a virtual environment's Python is a link that must keep its place."""
        plain = {name: value for name, value in environment(settings).items() if not name.startswith(PREFIX)}
        python = settings.train_python.absolute() if settings.train_python else None
        folder = (settings.train_dir or settings.data_dir / "training").absolute()
        return cls(python, folder, settings.train_threads, plain)

    def is_ready(self) -> bool:
        """Whether the named environment exists here."""
        return self.python is not None and self.python.exists()

    async def lacks(self, method: str) -> str:
        """See the port `Trainer`; looks for the device and the library without loading anything."""
        library = LIBRARIES.get(method)
        if library is None or self.python is None or not self.is_ready():
            return ""
        if not _has_gpu():
            return f"{method.upper()} needs a CUDA device; this machine has none"
        look = f"import importlib.util as u, sys; sys.exit(u.find_spec('{library}') is None)"
        found = await asyncio.create_subprocess_exec(str(self.python), "-c", look, env=dict(self.environment))
        return "" if await found.wait() == 0 else f"{method.upper()} needs {library} in the training environment"

    @contextmanager
    def slot(self, run_id: UUID) -> Iterator[UUID | None]:
        """See the port `Trainer`: a lock on a file, which the system takes back when the process dies."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "busy").open("a+", encoding="utf-8") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                mark.seek(0)
                said = mark.read().strip()
                yield UUID(said) if said else run_id
                return
            mark.truncate(0)
            mark.write(str(run_id))
            mark.flush()
            yield None

    def describe_base(self, base_model: str) -> BaseModel | None:
        """See the port `Trainer`."""
        folder = Path(base_model)
        if not folder.is_dir():
            return None
        try:
            facts = inspect_base(folder)
        except BaseModelFault as fault:
            _refuse(fault.code, fault.detail)
        return BaseModel(
            facts.model_type, facts.architecture, facts.parameters, facts.hidden, facts.layers, facts.vocabulary
        )

    async def fine_tune(self, order: TrainingOrder) -> AsyncGenerator[TrainerEvent, None]:
        """See the port `Trainer`."""
        if self.python is None or not self.is_ready():
            raise TrainingNotSetUp
        run_dir = self.folder.absolute() / str(order.run_id)
        spec = await asyncio.to_thread(self._prepare, run_dir, order)
        process = await self._start(self.python, spec, run_dir)
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                event = _read(json.loads(line))
                if event is not None:
                    yield event
            code = await process.wait()
            if code != 0:
                log.warning("trainer_died", run_id=str(order.run_id), exit_code=code)
                raise TrainerDied
        finally:
            await _end(process)
            # Customers' words have one place, the version's file, from which an erasure takes them.
            (run_dir / ROWS).unlink(missing_ok=True)

    def _prepare(self, run_dir: Path, order: TrainingOrder) -> Path:
        """Writes rows and spec where the child finds them."""
        if hashlib.sha256(order.dataset).hexdigest() != order.dataset_sha256:
            raise DatasetDamaged("the stored rows are not those of the version")
        run_dir.mkdir(parents=True, exist_ok=True)
        rows, spec = run_dir / ROWS, run_dir / "spec.json"
        rows.write_bytes(order.dataset)
        body = {
            "run_id": str(order.run_id),
            "base_model": order.base_model,
            "dataset_path": str(rows),
            "dataset_sha256": order.dataset_sha256,
            "work_dir": str(run_dir / "work"),
            "adapter_dir": str(run_dir / "adapter"),
            "threads": self.threads,
            "start_adapter": order.start_adapter,
            **asdict(order.settings),
        }
        spec.write_text(json.dumps(body, indent=1), "utf-8")
        return spec

    async def _start(self, python: Path, spec: Path, run_dir: Path) -> asyncio.subprocess.Process:
        variables = {
            **self.environment,
            **OFFLINE,
            "PYTHONPATH": str(PROJECT_ROOT),
            "OMP_NUM_THREADS": str(self.threads),
            "HF_DATASETS_CACHE": str(run_dir / "work" / "cache"),
        }
        with (run_dir / "trainer.log").open("ab") as words:
            return await asyncio.create_subprocess_exec(
                str(python),
                "-m",
                "app.adapters.training.run",
                str(spec),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=words,
                cwd=run_dir,
                env=variables,
                limit=LINE_LIMIT,
            )


def _has_gpu() -> bool:
    return any(Path("/dev").glob("nvidia[0-9]*"))


def _read(report: dict[str, Any]) -> TrainerEvent | None:
    """The event a line stands for; None for those only the log wants. Raises TrainingRefused."""
    kind = report.pop("event")
    if kind == "failed":
        _refuse(report["code"], report["detail"])
    if kind == "started":
        return Began(**report)
    if kind == "metric":
        return Metric(**report)
    if kind == "validated":
        return Validation(**report)
    if kind == "log":
        return Said(**report)
    if kind == "evaluated":
        return Judged(**report)
    if kind == "finished":
        return Made(report["adapter_dir"], report["sha256"], report["step"], report["seconds"], report.get("facts", {}))
    return None


def _refuse(code: str, detail: str) -> NoReturn:
    raise REFUSALS.get(code, TrainingRefused)(f"{code}: {detail}")


async def _end(process: asyncio.subprocess.Process) -> None:
    """Asks for a checkpoint and an end, waits a while, then kills."""
    if process.returncode is not None:
        return
    assert process.stdin is not None
    try:
        process.stdin.write(b"cancel\n")
        await process.stdin.drain()
        async with asyncio.timeout(GRACE_S):
            # Its reports must be read, or a full pipe would keep it from ending.
            if process.stdout is not None:
                await process.stdout.read()
            await process.wait()
    except (TimeoutError, ConnectionError):
        process.kill()
        await process.wait()
