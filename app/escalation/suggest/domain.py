"""The words of the desk's offers: reasons, a summary in three lines, a suggested reply, passages to quote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.answering import Citation
from app.conversations import Message, Rating

NOT_A_QUESTION = frozenset({"small_talk", "handed_off"})
UNANSWERED = frozenset({"refused", "failed", "stopped"})
LONGEST_LINE = 120
_SOURCE = re.compile(r"\s?\[\d{1,3}\](?!\()")
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_EMPHASIS = re.compile(r"\*\*|__|`")
_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)


@dataclass(frozen=True)
class Suggestion:
    """A reply somebody may start from; `question_id` is the customer's message it answers."""

    question_id: UUID
    question: str
    text: str
    citations: tuple[Citation, ...]
    composer: str


@dataclass(frozen=True)
class Brief:
    """A conversation in three lines: what is wanted, what was done, what is open. `by` is extract or model."""

    wanted: str
    done: "Done"
    open: str | None
    by: str = "extract"
    lines: tuple[str, str, str] | None = None


@dataclass(frozen=True)
class Done:
    """What happened so far, counted; `sources` are titles the answers rested on, `people` who wrote."""

    answered: int = 0
    unanswered: int = 0
    sources: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """One reason why a person should look: a code, and what it is about."""

    code: str
    about: str = ""
    count: int = 0


def plain(text: str) -> str:
    """Words without the marks of an answer: no numbers of sources, no bold, no headings, links by their words."""
    without = _LINK.sub(r"\1", _SOURCE.sub("", text))
    return _HEADING.sub("", _EMPHASIS.sub("", without)).strip()


def questions_in(messages: Sequence[Message]) -> list[Message]:
    """What the customer asked, without greetings and calls for a person."""
    passed_over = {one.reply_to for one in messages if one.outcome in NOT_A_QUESTION}
    return [one for one in messages if one.role == "customer" and one.id not in passed_over]


def brief_of(messages: Sequence[Message]) -> Brief | None:
    """The three lines, taken from what was said; None while nothing was asked."""
    asked = questions_in(messages)
    if not asked:
        return None
    bot = [one for one in messages if one.role == "bot" and one.outcome not in NOT_A_QUESTION]
    good = [one for one in bot if one.outcome not in UNANSWERED]
    titles = dict.fromkeys(source.title for one in good for source in one.citations)
    people = dict.fromkeys(one.agent_name or "" for one in messages if one.role == "agent")
    done = Done(len(good), len(bot) - len(good), tuple(titles)[:3], tuple(people))
    return Brief(_short(asked[-1].text), done, _open(messages, asked))


def _open(messages: Sequence[Message], asked: Sequence[Message]) -> str | None:
    """The last question nobody has answered, if there is one."""
    spoken = [one.seq for one in messages if one.role == "agent"]
    settled = {one.reply_to for one in messages if one.role == "bot" and one.outcome not in UNANSWERED | NOT_A_QUESTION}
    for question in reversed(asked):
        if spoken and spoken[-1] > question.seq:
            return None
        if question.id not in settled:
            return _short(question.text)
    return None


def reasons_of(messages: Sequence[Message], ratings: dict[UUID, Rating]) -> list[Reason]:
    """What in a conversation calls for a person: down-votes, questions without an answer, failures."""
    found: list[Reason] = []
    for one in messages:
        rating = ratings.get(one.id)
        if rating is not None and rating.rating == "down":
            found.append(Reason("down", ",".join(rating.reasons)))
    for outcome in ("refused", "failed"):
        count = sum(one.role == "bot" and one.outcome == outcome for one in messages)
        if count:
            found.append(Reason(outcome, count=count))
    return found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
