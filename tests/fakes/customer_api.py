"""A scripted stand-in for the customer's API: speaks the public contract from memory, so the chat page runs alone."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from app.accounts.company import load_company
from app.conversations.pages import ChatPage, chat_config
from app.kernel.ids import new_id
from app.kernel.settings import load_settings
from app.kernel.web import FRONTEND, page_locale, render


@dataclass
class Reply:
    """What the bot answers to one question, and how fast."""

    text: str
    composer: str = "generative"
    outcome: str = "answered"
    citations: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    first_s: float = 0.05
    rate: float = 200
    hold_at: int | None = None
    code: str | None = None


@dataclass
class Behaviour:
    """How the stand-in behaves; tests and people set it through POST /fake."""

    replies: dict[str, Reply] = field(default_factory=dict)
    default: Reply = field(default_factory=lambda: Reply("好的，我记下了。", rate=400))
    refuse_posts: int = 0
    refuse_status: int = 503
    drop_streams: bool = False


class Conversation:
    """One conversation: its events, its messages, and who waits for more."""

    def __init__(self) -> None:
        self.id, self.token = str(new_id()), secrets.token_urlsafe(16)
        self.events: list[tuple[int, str, dict[str, Any]]] = []
        self.messages: list[dict[str, Any]] = []
        self.owner, self.lifecycle = "bot", "open"
        self.running: dict[str, Any] | None = None
        self.grown = asyncio.Condition()
        self.stopped: set[str] = set()
        self.released = asyncio.Event()
        self.turn = asyncio.Lock()
        self.survey: dict[str, Any] | None = None

    async def announce(self, name: str, data: dict[str, Any]) -> int:
        """Adds one event and wakes the readers."""
        async with self.grown:
            self.events.append((len(self.events) + 1, name, data))
            self.grown.notify_all()
        return len(self.events)


def now() -> str:
    """The time as the contract writes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


class CustomerApi:
    """All conversations of one stand-in."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.conversations: dict[str, Conversation] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def find(self, conversation_id: str, authorization: str | None) -> Conversation | None:
        """The conversation, for the one who holds its token."""
        found = self.conversations.get(conversation_id)
        return found if found and authorization == f"Bearer {found.token}" else None

    async def answer(self, talk: Conversation, answer_id: str, question: dict[str, Any]) -> None:
        """Streams the scripted reply, a few letters at a time, until it ends, is held or is stopped."""
        reply = self.behaviour.replies.get(question["text"], self.behaviour.default)
        async with talk.turn:
            talk.running = {"answer_id": answer_id, "text": ""}
            started = {"answer_id": answer_id, "question_id": question["message_id"], "composer": reply.composer}
            await asyncio.sleep(reply.first_s)
            await talk.announce("answer.started", started)
            if reply.citations:
                await talk.announce("answer.citations", {"answer_id": answer_id, "citations": reply.citations})
            sent = await self._stream(talk, answer_id, reply)
            talk.running = None
            message = {"message_id": answer_id, "role": "bot", "text": sent, "created_at": now()}
            if reply.code:
                talk.messages.append({**message, "text": reply.text, "outcome": "failed"})
                failed = {"answer_id": answer_id, "text": reply.text, "code": reply.code}
                await talk.announce("answer.failed", failed)
                return
            outcome = "stopped" if answer_id in talk.stopped else reply.outcome
            ended = {"outcome": outcome, "citations": reply.citations}
            talk.messages.append({**message, **ended})
            done = {"answer_id": answer_id, "text": sent, **ended, "suggestions": reply.suggestions}
            await talk.announce("answer.completed", done)

    async def _stream(self, talk: Conversation, answer_id: str, reply: Reply) -> str:
        sent, step = "", max(1, round(reply.rate / 40))
        while len(sent) < len(reply.text) and answer_id not in talk.stopped and not reply.code:
            if reply.hold_at is not None and len(sent) >= reply.hold_at and not talk.released.is_set():
                await asyncio.sleep(0.02)
                continue
            end = len(sent) + step
            if reply.hold_at is not None and not talk.released.is_set():
                end = min(end, reply.hold_at)
            piece = reply.text[len(sent) : end]
            await talk.announce("answer.delta", {"answer_id": answer_id, "offset": len(sent), "text": piece})
            sent += piece
            if talk.running is not None:
                talk.running["text"] = sent
            await asyncio.sleep(step / reply.rate)
        return sent

    async def events(self, talk: Conversation, after: int) -> AsyncIterator[bytes]:
        """Everything after an event id, then what comes."""
        while not self.behaviour.drop_streams:
            async with talk.grown:
                if len(talk.events) <= after:
                    try:
                        await asyncio.wait_for(talk.grown.wait(), 1)
                    except TimeoutError:
                        yield b": still here\n\n"
                        continue
            for number, name, data in talk.events[after:]:
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), orjson.dumps(data))
                after = number


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """An error as the contract shapes it."""
    body = {"type": f"/errors/{code}", "title": code, "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


MISSING = (404, "not_found", "没有找到这个对话")


def create_fake() -> FastAPI:
    """The stand-in with the chat page, the built files and the contract's customer routes."""
    app, api = FastAPI(), CustomerApi()
    app.state.api = api
    company = load_company(load_settings({}))
    root = "/api/v1/conversations"

    @app.get("/")
    async def page(request: Request) -> Response:
        title = company.support_name.read(page_locale(request))
        return render(request, "chat/page.html", ChatPage(title, True, chat_config(company)))

    @app.get("/company/logo.svg")
    async def logo() -> Response:
        return Response(company.logo_svg or b"", media_type="image/svg+xml")

    @app.post("/fake")
    async def behave(request: Request) -> dict[str, str]:
        wanted = await request.json()
        replies = {question: Reply(**reply) for question, reply in wanted.pop("replies", {}).items()}
        api.behaviour = Behaviour(**wanted, replies=replies)
        return {}

    @app.post("/fake/release")
    async def release() -> dict[str, str]:
        for talk in api.conversations.values():
            talk.released.set()
        return {}

    @app.post("/fake/event")
    async def event(request: Request) -> dict[str, str]:
        wanted = await request.json()
        for talk in api.conversations.values():
            if wanted["name"] == "owner.changed":
                talk.owner = wanted["data"]["owner"]
            if wanted["name"] == "message.created":
                talk.messages.append(wanted["data"])
            await talk.announce(wanted["name"], wanted["data"])
        return {}

    @app.post(root, status_code=201)
    async def create() -> Any:
        if api.behaviour.refuse_posts > 0:
            api.behaviour.refuse_posts -= 1
            return problem(api.behaviour.refuse_status, "unavailable", "暂时连不上")
        talk = Conversation()
        api.conversations[talk.id] = talk
        return {
            "conversation_id": talk.id,
            "token": talk.token,
            "greeting": company.greeting.zh,
            "suggestions": company.suggestions.zh,
            "owner": "bot",
        }

    @app.get(root + "/{conversation_id}")
    async def snapshot(conversation_id: str, authorization: str | None = Header(None)) -> Any:
        talk = api.find(conversation_id, authorization)
        if talk is None:
            return problem(*MISSING)
        return {
            "conversation_id": talk.id,
            "owner": talk.owner,
            "lifecycle": talk.lifecycle,
            "seq": len(talk.events),
            "messages": talk.messages,
            "running_answer": talk.running,
        }

    @app.get(root + "/{conversation_id}/events")
    async def events(
        conversation_id: str, authorization: str | None = Header(None), last_event_id: str | None = Header(None)
    ) -> Any:
        talk = api.find(conversation_id, authorization)
        if talk is None:
            return problem(*MISSING)
        if api.behaviour.drop_streams:
            return problem(503, "unavailable", "")
        return StreamingResponse(api.events(talk, int(last_event_id or 0)), media_type="text/event-stream")

    @app.post(root + "/{conversation_id}/messages", status_code=202)
    async def message(conversation_id: str, request: Request, authorization: str | None = Header(None)) -> Any:
        talk = api.find(conversation_id, authorization)
        if talk is None:
            return problem(*MISSING)
        if api.behaviour.refuse_posts > 0:
            api.behaviour.refuse_posts -= 1
            return problem(api.behaviour.refuse_status, "unavailable", "")
        said = await request.json()
        known = next((m for m in talk.messages if m.get("client_id") == said["client_id"]), None)
        if known is not None:
            return {"message_id": known["message_id"], "answer_id": known["answer_id"], "seq": len(talk.events)}
        kept = {"message_id": str(new_id()), "role": "customer", "created_at": now(), **said}
        talk.messages.append(kept)
        seq = await talk.announce("message.created", kept)
        answer_id = str(new_id()) if talk.owner == "bot" else None
        kept["answer_id"] = answer_id
        if answer_id:
            task = asyncio.create_task(api.answer(talk, answer_id, kept))
            api.tasks.add(task)
            task.add_done_callback(api.tasks.discard)
        return {"message_id": kept["message_id"], "answer_id": answer_id, "seq": seq}

    @app.post(root + "/{conversation_id}/answers/{answer_id}/{deed}", status_code=202)
    async def deed(conversation_id: str, answer_id: str, deed: str, authorization: str | None = Header(None)) -> Any:
        talk = api.find(conversation_id, authorization)
        if talk is None:
            return problem(*MISSING)
        if deed == "stop":
            talk.stopped.add(answer_id)
            return {}
        question = next(d for _, n, d in talk.events if n == "answer.started" and d["answer_id"] == answer_id)
        asked = next(m for m in talk.messages if m["message_id"] == question["question_id"])
        fresh = str(new_id())
        task = asyncio.create_task(api.answer(talk, fresh, asked))
        api.tasks.add(task)
        task.add_done_callback(api.tasks.discard)
        return {"answer_id": fresh}

    @app.post("/api/v1/messages/{message_id}/feedback", status_code=204)
    async def feedback(message_id: str, request: Request) -> Response:
        vote = await request.json()
        for talk in api.conversations.values():
            for stored in talk.messages:
                if stored["message_id"] == message_id:
                    stored["feedback"] = vote
        return Response(status_code=204)

    @app.post(root + "/{conversation_id}/handoff", status_code=202)
    async def handoff(conversation_id: str, authorization: str | None = Header(None)) -> Any:
        talk = api.find(conversation_id, authorization)
        if talk is None:
            return problem(*MISSING)
        place = {"position": 3, "estimated_wait_s": 240}
        if talk.owner != "queue":
            talk.owner = "queue"
            await talk.announce("owner.changed", {"owner": "queue", "reason": "customer"})
            await talk.announce("queue.updated", place)
        return {"owner": "queue", **place}

    @app.post(root + "/{conversation_id}/survey", status_code=204)
    async def survey(conversation_id: str, request: Request) -> Response:
        api.conversations[conversation_id].survey = await request.json()
        return Response(status_code=204)

    app.mount("/static", StaticFiles(directory=FRONTEND / "dist", check_dir=False))
    return app
