"""Killed in the middle of the work: an answer and a document both reach their end, whole and once."""

import json
import os
import signal
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.commands.running import until
from tests.journeys.conftest import WholeKefu

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400), pytest.mark.xdist_group("journey")]
CUT = (httpx.RemoteProtocolError, httpx.ReadError, httpx.ConnectError)


@pytest.fixture
def customer(whole: WholeKefu) -> Iterator[tuple[httpx.Client, str]]:
    """A client in a conversation of its own, and the conversation's address."""
    with httpx.Client(base_url=whole.url, timeout=60) as client:
        opened = client.post("/api/v1/conversations", json={"locale": "zh-CN"}).json()
        client.headers["Authorization"] = f"Bearer {opened['token']}"
        yield client, f"/api/v1/conversations/{opened['conversation_id']}"


@pytest.fixture
def admin(whole: WholeKefu) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=whole.url, timeout=60) as client:
        form = {"email": whole.email, "password": whole.password}
        client.headers["X-CSRF-Token"] = client.post("/api/v1/session", json=form).json()["csrf_token"]
        yield client


def events_of(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Event name, data and id, as they arrive."""
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield fields.pop("event"), json.loads(fields.pop("data")), fields.get("id", "")


def test_an_answer_whose_web_process_was_killed_is_finished_by_the_next_one(
    whole: WholeKefu, customer: tuple[httpx.Client, str]
) -> None:
    client, conversation = customer
    question = {"client_id": str(uuid4()), "text": "耳机有电流声，买了三个星期，能直接换新吗？"}
    heard, answer_id, text = "0", "", ""
    try:
        with client.stream(
            "POST", f"{conversation}/messages", json=question, headers={"Accept": "text/event-stream"}
        ) as stream:
            for name, data, event_id in events_of(stream):
                heard = event_id or heard
                if name == "answer.delta":
                    text = text[: data["offset"]] + data["text"]
                    if not answer_id:
                        answer_id = data["answer_id"]
                        whole.running.kill("web")
    except CUT:
        pass
    assert answer_id, "the answer had begun"
    until(whole.running.is_ready, "the next web process")

    ended: dict[str, Any] = {}
    with client.stream("GET", f"{conversation}/events", headers={"Last-Event-ID": heard}) as stream:
        for name, data, _ in events_of(stream):
            if name == "answer.delta" and data["answer_id"] == answer_id:
                text = text[: data["offset"]] + data["text"]
            if name in ("answer.completed", "answer.failed") and data["answer_id"] == answer_id:
                ended = {"name": name, **data}
                break
    assert ended["name"] == "answer.completed"
    assert ended["text"] == text, "what was read in two parts is the answer"
    messages = client.get(conversation).json()["messages"]
    assert [message["role"] for message in messages].count("customer") == 1
    assert [message["text"] for message in messages if message["message_id"] == answer_id] == [text]


def test_a_document_whose_worker_was_killed_is_read_in_by_the_next_one(whole: WholeKefu, admin: httpx.Client) -> None:
    parts = (f"## 第 {n} 条\n\n" + f"订单 {n} 的保修期是 {n} 天，凭发票可以换新。" * 12 for n in range(1, 1500))
    upload = {"file": ("保修细则.md", "\n\n".join(parts).encode(), "text/markdown")}
    accepted = admin.post("/api/v1/documents", files=upload).json()
    job = f"/api/v1/jobs/{accepted['job_id']}"

    def working() -> bool:
        state = admin.get(job).json()["state"]
        assert state in ("queued", "running"), "it must still be at work to be killed"
        return bool(state == "running")

    until(working, "the worker")
    os.killpg(whole.running.children()["worker"], signal.SIGKILL)
    until(lambda: admin.get(job).json()["state"] not in ("queued", "running"), "the next worker")
    ended = admin.get(job).json()
    assert (ended["state"], ended["attempts"]) == ("succeeded", 2)
    document = f"/api/v1/documents/{accepted['document_id']}"
    shown = admin.get(document).json()
    assert shown["status"] == "ready" and shown["chunk_count"] >= 1499
    assert sum(1 for _ in chunks_of(admin, document)) == shown["chunk_count"], "every chunk once"


def chunks_of(admin: httpx.Client, document: str) -> Iterator[dict[str, Any]]:
    """Every chunk of a document, page by page."""
    cursor: str | None = ""
    while cursor is not None:
        page = admin.get(f"{document}/chunks", params={"limit": 100, **({"cursor": cursor} if cursor else {})}).json()
        yield from page["items"]
        cursor = page["next_cursor"]
