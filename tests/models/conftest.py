"""The whole product beside a real vLLM: one `kefu up`, one small model taught on the prompts that Kefu really sends."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.commands.running import ROOT, RunningKefu, kefu, until
from tests.models.lessons import ENDLESS, ENDLESS_PIECE, HANDBOOK, SPOKEN, TAUGHT
from tests.models.model_server import ModelServer
from tests.models.recorder import recording
from tests.serving import PASSWORD, free_port

MAKER = Path(__file__).with_name("tiny_model.py")
MODEL = "tiny"
EMAIL = "admin@example.com"
LONGEST_ANSWER, CONTEXT = 900, 1_800


@pytest.fixture(scope="session")
def models_python() -> Path:
    """The Python of the models environment, which `make models-env` builds."""
    python = Path(os.environ.get("MODELS_PYTHON", ROOT / ".venv-models" / "bin" / "python"))
    assert python.exists(), f"{python} is missing: run `make models-env`"
    return python


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models, logs and data of this run."""
    return tmp_path_factory.mktemp("models")


def make_model(python: Path, kind: str, rows: list[dict[str, Any]], out: Path, *options: str) -> Path:
    """A small model from these rows."""
    source = out.with_suffix(".jsonl")
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    command = [str(python), str(MAKER), kind, "--rows", str(source), "--out", str(out), *options]
    made = subprocess.run(command, capture_output=True, text=True, timeout=1_000, check=False)
    assert made.returncode == 0, made.stderr[-3_000:]
    return out


@dataclass
class Shop:
    """A running Kefu that knows a handbook, its administrator, and the model server it asks."""

    kefu: RunningKefu
    admin: httpx.Client
    vllm: ModelServer
    embed_port: int

    @property
    def url(self) -> str:
        return self.kefu.url


@dataclass(frozen=True)
class Course:
    """What a shop's model is made of: a handbook, what it is taught, how it is made and served, Kefu's settings."""

    model: str
    handbook: str
    taught: dict[str, str]
    spoken: Sequence[str] = ()
    endless: frozenset[str] = frozenset()
    making: tuple[str, ...] = ()
    serving: tuple[str, ...] = ("--max-num-seqs", "16")
    settings: dict[str, str] = field(default_factory=dict)


@contextmanager
def opened(course: Course, python: Path, folder: Path) -> Iterator[Shop]:
    """A fresh Kefu is asked everything while a recorder listens; then its model is taught and served."""
    port, embed_port, base = free_port(), free_port(), folder / course.model
    running = RunningKefu(
        folder / f"{course.model}-data",
        "--no-demo",
        KEFU_CHAT_URL=f"http://127.0.0.1:{port}/v1",
        KEFU_CHAT_MODEL=course.model,
        KEFU_EMBED_URL=f"http://127.0.0.1:{embed_port}/v1",
        KEFU_CHAT_TEMPERATURE="0",
        KEFU_CHAT_FIRST_TOKEN_S="60",
        KEFU_CHAT_GAP_S="15",
        KEFU_RATE_LIMITS="off",
        KEFU_ANSWER_CACHE="off",
        KEFU_TRAIN_PYTHON=str(python),
        KEFU_BASE_MODEL_DIR=str(base),
        **course.settings,
    )
    server = ModelServer(python, base, course.model, folder, port)
    try:
        running.hear("Kefu is ready")
        account = ("--email", EMAIL, "--password", PASSWORD, "--name", "周宁")
        opened_account = kefu("admin", "create", *account, "--data-dir", str(running.data_dir))
        assert opened_account.returncode == 0, opened_account.stderr
        made = kefu("api-key", "create", "--role", "admin", "--data-dir", str(running.data_dir))
        assert made.returncode == 0, made.stderr
        headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
        with httpx.Client(base_url=running.url, headers=headers, timeout=60) as admin:
            upload(admin, "handbook.md", course.handbook)
            make_model(python, "chat", taught_rows(course, running.url, port), base, *course.making)
            server.start(*course.serving)
            yield Shop(running, admin, server, embed_port)
    finally:
        server.stop()
        running.stop()


@pytest.fixture(scope="session")
def shop(models_python: Path, folder: Path) -> Iterator[Shop]:
    """The shop most tests ask."""
    course = Course(
        MODEL,
        HANDBOOK,
        {**TAUGHT, ENDLESS: ENDLESS_PIECE * 2},
        SPOKEN,
        frozenset({ENDLESS}),
        settings={"KEFU_CHAT_MAX_TOKENS": str(LONGEST_ANSWER), "KEFU_CHAT_CONTEXT_TOKENS": str(CONTEXT)},
    )
    with opened(course, models_python, folder) as found:
        yield found


def upload(admin: httpx.Client, name: str, text: str) -> None:
    """A document, searchable when this returns."""
    accepted = admin.post("/api/v1/documents", files={"file": (name, text.encode())})
    assert accepted.status_code == 202, accepted.text
    path = accepted.headers["location"]

    def is_ready() -> bool:
        document = admin.get(path).json()
        assert document["status"] != "failed", document
        return bool(document["status"] == "ready")

    until(is_ready, f"{name} to be ready")


def taught_rows(course: Course, url: str, port: int) -> list[dict[str, Any]]:
    """Each question's real prompt with the answer to recite."""
    rows = []
    with recording(port, course.model) as heard:
        for question, answer in course.taught.items():
            ask_once(url, question)
            prompt = heard[-1]
            assert question in prompt[-1]["content"], "the question never reached the model"
            taught = {"role": "assistant", "content": answer}
            rows.append({"messages": [*prompt, taught], "endless": question in course.endless})
        assert len(heard) == len(rows), "a question was answered without the model"
    for number, words in enumerate(course.spoken):
        asked = {"role": "user", "content": f"{number}"}
        rows.append({"messages": [asked, {"role": "assistant", "content": words}], "endless": False})
    return rows


def ask_once(url: str, question: str) -> str:
    """A new customer's question, answered to its end; gives the stream."""
    begun = httpx.post(f"{url}/api/v1/conversations", json={}, timeout=30).json()
    answer = httpx.post(
        f"{url}/api/v1/conversations/{begun['conversation_id']}/messages",
        json={"client_id": "only", "text": question},
        headers={"Authorization": f"Bearer {begun['token']}", "Accept": "text/event-stream"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    return answer.text


@pytest.fixture
def vllm(shop: Shop) -> ModelServer:
    """The model server, started again when an earlier test took it down."""
    if not shop.vllm.is_healthy():
        shop.vllm.start("--max-num-seqs", "16")
    return shop.vllm
