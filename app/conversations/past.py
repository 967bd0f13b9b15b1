"""What a question may lean on: the latest turns, a running summary of the older ones, and what the customer allowed."""

from dataclasses import dataclass

from app.answering import Turn
from app.answering.memory import case_fact, note_customer, profile_facts, recall_customer
from app.conversations.domain import Work
from app.conversations.ports import Summariser
from app.conversations.service import HISTORY_TURNS
from app.conversations.store import summaries, transcripts
from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import Unavailable
from app.kernel.ids import moment_of
from app.kernel.logging import get_logger

log = get_logger(__name__)
# The summary grows by this many turns at a time, so turns that it does not hold yet are told as they are.
NO_CASE = frozenset({"small_talk", "handed_off", "stopped"})
FOLDED_AT_ONCE, MOST_UNFOLDED, MOST_REMEMBERED = 4, 200, 8


@dataclass(frozen=True)
class Past:
    """Turns oldest first; summary of what came before them; memory: lines about a customer who consented."""

    turns: tuple[Turn, ...] = ()
    summary: str = ""
    memory: tuple[str, ...] = ()


async def read_past(database: Database, work: Work) -> Past:
    """Nothing is read for a first question of a customer nobody knows."""
    first, user_id = work.question_seq == 1, work.reader.user_id
    if first and user_id is None:
        return Past()
    async with database.reading() as session:
        most = HISTORY_TURNS + FOLDED_AT_ONCE
        turns: tuple[Turn, ...] = ()
        summary = ""
        if not first:
            turns = await transcripts.read_history(session, work.conversation_id, work.question_seq, most)
        if len(turns) >= HISTORY_TURNS:
            summary = await summaries.read_summary(session, work.conversation_id, work.question_seq)
        known = await recall_customer(session, user_id) if user_id is not None else None
    memory = tuple(fact.text for fact in known.facts[:MOST_REMEMBERED]) if known else ()
    return Past(turns, summary, memory)


async def remember(database: Database, summariser: Summariser, work: Work, outcome: str) -> None:
    """After an answer: older turns are folded into the summary, and what the customer said of themselves is kept.

    It is nobody's loss when this does not happen; the next answer brings it up to date.
    """
    try:
        if work.question_seq > HISTORY_TURNS:
            await _fold(database, summariser, work)
        if work.reader.user_id is not None:
            await _note(database, work, work.reader.user_id, outcome)
    except Unavailable as failure:
        log.warning("not_remembered", code=failure.code)


async def _fold(database: Database, summariser: Summariser, work: Work) -> None:
    async with database.reading() as session:
        before, turns = await summaries.read_unfolded(session, work.conversation_id, MOST_UNFOLDED)
    older = turns[:-HISTORY_TURNS]
    if len(older) < FOLDED_AT_ONCE:
        return
    upto = older[-1][0]
    told = [turn for place, turn in turns if place <= upto]
    made = await summariser(before, told, work.locale)
    async with database.transaction() as session:
        await summaries.write_summary(session, work.conversation_id, upto, made.text, made.made_by)


async def _note(database: Database, work: Work, user_id: str, outcome: str) -> None:
    """Only from this very message: what came before the consent stays forgotten."""
    noted = profile_facts(work.text, work.locale)
    if outcome not in NO_CASE:
        noted.append(case_fact(str(work.conversation_id), work.text, outcome, now().date(), work.locale))
    async with database.transaction() as session:
        await note_customer(session, user_id, moment_of(work.question_id), noted)
