"""Changing the guard: every save a version told to every process, the way back, and trying a text."""

import csv
import io
from dataclasses import dataclass, replace

from app.accounts import Principal, record_audit
from app.answering.guard import store
from app.answering.guard.book import GuardBook
from app.answering.guard.domain import (
    LONGEST_WORD,
    MOST_ALLOWED,
    MOST_BANKED,
    MOST_HOSTS,
    MOST_WORDS,
    Banked,
    Expects,
    GuardSettings,
    GuardVersion,
)
from app.answering.guard.errors import GuardChanged, GuardFileUnreadable, GuardTooLarge
from app.answering.guard.words import Action, Listed
from app.answering.prompting.events import AnsweringChanged
from app.answering.versions import Versions, raise_version
from app.kernel.cells import escaped, plain
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.events import Announcer

KIND = "guard"
SHOWN_VERSIONS = 50


@dataclass(frozen=True)
class GuardTools:
    """The database, who is told of a change, and what this process knows of versions."""

    database: Database
    announcer: Announcer
    versions: Versions


@dataclass(frozen=True)
class BankRow:
    """A banked question and what the guard makes of it."""

    banked: Banked
    refused: bool

    @property
    def passed(self) -> bool:
        """Whether it does what the bank expects."""
        return self.refused == (self.banked.expects is Expects.REFUSE)


async def load_guard(database: Database) -> GuardBook:
    """The guard in force, for a process to keep."""
    async with database.reading() as session:
        version = await store.current(session)
    return GuardBook(version.settings, version.number)


async def current_guard(tools: GuardTools) -> GuardVersion:
    """The settings in force."""
    async with tools.database.reading() as session:
        return await store.current(session)


async def guard_versions(tools: GuardTools) -> list[GuardVersion]:
    """Newest first, the built-in one last."""
    async with tools.database.reading() as session:
        return [*await store.list_versions(session, SHOWN_VERSIONS), store.BUILT_IN]


async def save_guard(
    tools: GuardTools, settings: GuardSettings, seen: int, actor: Principal | None = None, action: str = "saved"
) -> GuardVersion:
    """Other settings from now on; seen: the version they were made from. Raises GuardChanged, GuardTooLarge."""
    settings = settings.tidy()
    counts = (
        (len(settings.words), MOST_WORDS),
        (len(settings.allowed), MOST_ALLOWED),
        (len(settings.hosts), MOST_HOSTS),
        (len(settings.bank), MOST_BANKED),
    )
    if any(count > most for count, most in counts):
        raise GuardTooLarge
    async with tools.database.transaction() as session:
        await raise_version(session, KIND)
        before = await store.current(session)
        if before.number != seen:
            raise GuardChanged(extra={"theirs": {"number": before.number}}, name=before.created_by or "—")
        if before.settings == settings:
            return before
        number = before.number + 1
        await store.add_version(session, number, settings, action, actor.name if actor else "")
        await tools.announcer.announce(session, AnsweringChanged(KIND, str(number)))
        await record_audit(session, actor, f"guard.{action}", str(number), words=len(settings.words))
    tools.versions.forget()
    return await current_guard(tools)


async def roll_back_guard(tools: GuardTools, to: int, seen: int, actor: Principal | None = None) -> GuardVersion:
    """An earlier version's settings again, as a new version. Raises NotFound, GuardChanged."""
    async with tools.database.reading() as session:
        earlier = await store.find_version(session, to)
    if earlier is None:
        raise NotFound
    return await save_guard(tools, earlier.settings, seen, actor, "rolled_back")


def check_bank(settings: GuardSettings) -> list[BankRow]:
    """Every banked question through these settings, without the bank itself: what words and patterns do alone."""
    book = GuardBook(replace(settings, bank=tuple(one for one in settings.bank if one.expects is Expects.REFUSE)))
    return [BankRow(one, book.judge(one.text).stops) for one in settings.bank]


def read_words(data: bytes) -> tuple[list[Listed], list[int]]:
    """Words of a CSV (word, category, action) and the rows that are none. Raises GuardFileUnreadable."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise GuardFileUnreadable from error
    words, bad = [], []
    for number, row in enumerate(rows, 1):
        cells = [plain(cell).strip() for cell in row] + ["", ""]
        if number == 1 and cells[0].casefold() in ("word", "词", "敏感词"):
            continue
        action = cells[2].casefold() or Action.BLOCK.value
        if not cells[0] or len(cells[0]) > LONGEST_WORD or action not in set(Action):
            bad += [number] if any(cells) else []
            continue
        words.append(Listed(cells[0], cells[1], Action(action)))
    return words, bad


def write_words(settings: GuardSettings) -> str:
    """The words as a CSV that `read_words` reads; nothing a spreadsheet would take for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["word", "category", "action"])
    for one in settings.words:
        writer.writerow([escaped(one.word), escaped(one.category), one.action.value])
    return out.getvalue()
