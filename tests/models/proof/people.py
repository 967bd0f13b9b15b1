"""Who plays a part in the proof: customers who ask and vote, a colleague who corrects, a crowd that votes falsely."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import httpx

from tests.conversations.customer import Customer
from tests.models.proof.world import FACTS, Fact
from tests.waiting import until

AT_ONCE = 8
T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Heard:
    """A question, what a customer was told, and the conversation it was in."""

    fact: Fact
    text: str
    answer_id: str
    customer: Customer

    @property
    def is_right(self) -> bool:
        return self.text == self.fact.right


async def heard(client: httpx.AsyncClient, fact: Fact, question: str = "") -> Heard:
    """A new customer's question, answered to its end."""
    customer = await Customer.begin(client)
    (ended,) = (await customer.ask(question or fact.question)).ended.values()
    assert ended.name == "answer.completed", ended
    return Heard(fact, ended.data["text"], ended.data["answer_id"], customer)


async def vote(client: httpx.AsyncClient, one: Heard, rating: str) -> None:
    form = {"rating": rating, **({"reasons": ["wrong"]} if rating == "down" else {})}
    path = f"/api/v1/messages/{one.answer_id}/feedback"
    assert (await client.post(path, json=form, headers=one.customer.headers)).status_code == 204


async def each(things: Iterable[T], act: Callable[[T], Awaitable[R]]) -> list[R]:
    """Does it for all, a few at once; results in order."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(thing: T) -> R:
        async with places:
            return await act(thing)

    return list(await asyncio.gather(*(one(thing) for thing in things)))


async def conversations(client: httpx.AsyncClient, count: int) -> list[Heard]:
    """So many customers, the facts in turn; whoever is told something wrong votes it down, the others up."""

    async def talk(number: int) -> Heard:
        found = await heard(client, FACTS[number % len(FACTS)])
        await vote(client, found, "up" if found.is_right else "down")
        return found

    return await each(range(count), talk)


async def asked(client: httpx.AsyncClient, facts: Sequence[Fact]) -> list[Heard]:
    """Every fact once."""
    return await each(facts, lambda fact: heard(client, fact))


async def until_all_hear(client: httpx.AsyncClient, fact: Fact, text: str) -> None:
    """Waits until every new customer is told this: a change of the live model reaches each process within a second."""

    async def all_hear() -> bool:
        return {one.text for one in await asked(client, [fact] * AT_ONCE)} == {text}

    await until(all_hear, f"everybody to be told {text!r}", 20)


async def correct(staff: httpx.AsyncClient, one: Heard, text: str) -> None:
    """A colleague writes what would have been right, and it is accepted."""
    made = await staff.post("/api/v1/corrections", json={"message_id": one.answer_id, "text": text})
    assert made.status_code == 201, made.text
    accepted = await staff.post(made.headers["location"] + "/accept", json={})
    assert accepted.json()["state"] == "accepted", accepted.text


async def false_votes(client: httpx.AsyncClient, fakes: int, facts: Sequence[Fact], each_votes: int) -> Counter[str]:
    """So many fakes, each voting so many answers of one conversation up; what they were told, counted."""

    async def act(number: int) -> list[str]:
        customer = await Customer.begin(client)
        told = []
        for turn in range(each_votes):
            fact = facts[(number + turn) % len(facts)]
            (ended,) = (await customer.ask(fact.question)).ended.values()
            await vote(client, Heard(fact, ended.data["text"], ended.data["answer_id"], customer), "up")
            told.append(str(ended.data["text"]))
        return told

    return Counter(text for told in await each(range(fakes), act) for text in told)


def share_right(found: Sequence[Heard]) -> str:
    """For a table: how many were right."""
    return f"{sum(one.is_right for one in found)} / {len(found)}"
