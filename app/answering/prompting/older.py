"""The prompts in force with another version of the answer's rules: for replays."""

from app.answering.domain import Language
from app.answering.prompting import store
from app.answering.prompting.book import BUILT_IN_NUMBER, PromptBook
from app.answering.prompting.domain import ANSWER, PromptVersion
from app.answering.prompting.service import SHOWN_VERSIONS, built_in, load_book
from app.kernel.database import Database
from app.kernel.errors import NotFound


async def book_with_version(database: Database, language: Language, number: int) -> PromptBook:
    """The book in force, its rules of answering in one language as a version has them. Raises NotFound."""
    book = await load_book(database)
    version: PromptVersion | None = built_in(ANSWER, language)
    if number != BUILT_IN_NUMBER:
        async with database.reading() as session:
            version = await store.find_version(session, ANSWER, language, number)
    if version is None:
        raise NotFound
    chosen = PromptBook.of([version]).templates[ANSWER, language]
    return PromptBook({**book.templates, (ANSWER, language): chosen}, book.settings, book.settings_number)


async def answer_versions(database: Database, language: Language) -> list[PromptVersion]:
    """Every version of the rules of answering in a language, newest first, the built-in one last."""
    async with database.reading() as session:
        found = await store.list_versions(session, ANSWER, language, SHOWN_VERSIONS)
    return [*found, built_in(ANSWER, language)]
