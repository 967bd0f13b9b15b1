"""A customer as tests play one: begins, writes, reads events, and checks what every stream must keep."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.kernel.ids import new_id


@dataclass(frozen=True)
class Event:
    """One event as it came."""

    id: int
    name: str
    data: dict[str, Any]


def parse(block: str) -> Event | None:
    """An event from its lines; None for comments and for events without an id."""
    fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
    if "data" not in fields or "id" not in fields:
        return None
    return Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))


async def events_of(response: httpx.Response) -> AsyncIterator[Event]:
    """Events as they arrive."""
    rest = ""
    async for chunk in response.aiter_text():
        rest += chunk
        while "\n\n" in rest:
            block, rest = rest.split("\n\n", 1)
            event = parse(block)
            if event is not None:
                yield event


@dataclass
class Reading:
    """What a reader knows after some events: ids rise, joined deltas are the text."""

    last_id: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    ended: dict[str, Event] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)

    def take(self, event: Event) -> None:
        """Adds one event, checking what must always hold."""
        assert event.id > self.last_id, (event, self.last_id)
        self.last_id = event.id
        self.events.append(event)
        answer_id = event.data.get("answer_id")
        if event.name == "answer.delta":
            text = self.texts.get(answer_id, "")
            if event.data["offset"] == 0:
                text = ""
            assert event.data["offset"] == len(text), (event, text)
            self.texts[answer_id] = text + event.data["text"]
        elif event.name in ("answer.completed", "answer.failed"):
            assert answer_id not in self.ended
            self.ended[answer_id] = event
            if event.name == "answer.completed":
                assert self.texts.get(answer_id, "") == event.data["text"]

    def names(self) -> list[str]:
        """The kinds of events, deltas in a row once."""
        found: list[str] = []
        for event in self.events:
            if not (event.name == "answer.delta" and found and found[-1] == "answer.delta"):
                found.append(event.name)
        return found


@dataclass
class Customer:
    """A conversation and its token."""

    client: httpx.AsyncClient
    conversation_id: str
    token: str
    begun: dict[str, Any]

    @classmethod
    async def begin(cls, client: httpx.AsyncClient, **form: Any) -> "Customer":
        """A new conversation."""
        answer = await client.post("/api/v1/conversations", json=form)
        assert answer.status_code == 201, answer.text
        body = answer.json()
        return cls(client, body["conversation_id"], body["token"], body)

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.conversation_id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, tail: str, json: Any = None, **headers: str) -> httpx.Response:
        """Any POST below the conversation."""
        return await self.client.post(self.path + tail, json=json, headers={**self.headers, **headers})

    async def write(self, text: str, client_id: str | None = None) -> dict[str, Any]:
        """Writes and gives what was accepted."""
        answer = await self.post("/messages", {"client_id": client_id or str(new_id()), "text": text})
        assert answer.status_code == 202, answer.text
        accepted: dict[str, Any] = answer.json()
        return accepted

    async def snapshot(self) -> dict[str, Any]:
        """The conversation as it stands."""
        answer = await self.client.get(self.path, headers=self.headers)
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    @asynccontextmanager
    async def asking(self, text: str, client_id: str | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """Writes with `Accept: text/event-stream` and reads the events of the answer."""
        form = {"client_id": client_id or str(new_id()), "text": text}
        headers = {**self.headers, "Accept": "text/event-stream"}
        async with self.client.stream("POST", self.path + "/messages", json=form, headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            assert response.headers["content-type"].startswith("text/event-stream")
            yield events_of(response)

    @asynccontextmanager
    async def listening(self, after: int | None = None) -> AsyncIterator[AsyncIterator[Event]]:
        """Reads the conversation's events."""
        headers = dict(self.headers) if after is None else {**self.headers, "Last-Event-ID": str(after)}
        async with self.client.stream("GET", self.path + "/events", headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            yield events_of(response)

    async def ask(self, text: str, client_id: str | None = None) -> Reading:
        """Asks and reads the whole answer."""
        reading = Reading()
        async with self.asking(text, client_id) as events:
            async for event in events:
                reading.take(event)
        return reading

    async def read_until(self, name: str, times: int = 1, after: int | None = None) -> Reading:
        """Reads events until one of a kind came so many times."""
        reading = Reading(last_id=after or 0)
        try:
            async with asyncio.timeout(20), self.listening(after) as events:
                async for event in events:
                    reading.take(event)
                    if sum(e.name == name for e in reading.events) >= times:
                        break
        except TimeoutError:
            raise AssertionError(f"no {name} within 20 s, only {reading.names()}: {reading.events[-3:]}") from None
        return reading
