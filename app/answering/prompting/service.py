"""Changing prompts: drafts saved, checked, activated and rolled back, every activation told to every process."""

from dataclasses import dataclass

from app.accounts import Principal, record_audit
from app.answering.domain import Language
from app.answering.prompting import store
from app.answering.prompting.book import BUILT_IN_NUMBER, PromptBook, Source, built_in_text
from app.answering.prompting.domain import (
    ANSWER,
    CARDS,
    LANGUAGES,
    AnswerSettings,
    Problem,
    PromptText,
    PromptVersion,
    TemplateName,
)
from app.answering.prompting.errors import NoDraft, PromptActive, PromptBroken, PromptChanged
from app.answering.prompting.events import AnsweringChanged
from app.answering.prompting.form import problems_of
from app.answering.versions import Versions, raise_version
from app.kernel.database import Database, Session
from app.kernel.errors import NotFound
from app.kernel.events import Announcer
from app.kernel.texts import text as sentence

KIND = "prompts"
SHOWN_VERSIONS = 50


@dataclass(frozen=True)
class PromptTools:
    """The database, who is told of a change, and what this process knows of versions."""

    database: Database
    announcer: Announcer
    versions: Versions


@dataclass(frozen=True)
class Template:
    """One template in one language: what is in force, and what is being written."""

    name: TemplateName
    language: Language
    active: PromptVersion
    draft: PromptVersion | None


async def load_book(database: Database) -> PromptBook:
    """The prompts in force, for a process to keep."""
    async with database.reading() as session:
        active = await store.versions_in(session, [store.ACTIVE])
        number, settings = await store.answer_settings(session)
    return PromptBook.of(active, settings, number)


async def list_templates(tools: PromptTools) -> list[Template]:
    """Every template in every language."""
    async with tools.database.reading() as session:
        known = await store.versions_in(session, [store.ACTIVE, store.DRAFT])
    found = {(version.name, version.language, version.state): version for version in known}
    return [
        Template(
            name,
            language,
            found.get((name, language, store.ACTIVE)) or built_in(name, language),
            found.get((name, language, store.DRAFT)),
        )
        for name in CARDS
        for language in LANGUAGES
    ]


def built_in(name: TemplateName, language: Language) -> PromptVersion:
    """Version 0. Raises NotFound."""
    if name not in CARDS or language not in LANGUAGES:
        raise NotFound
    text = built_in_text(name, language)
    return PromptVersion(None, name, language, BUILT_IN_NUMBER, text, "", store.RETIRED, 0)


async def find_template(tools: PromptTools, name: TemplateName, language: Language) -> Template:
    """Raises NotFound."""
    first = built_in(name, language)
    async with tools.database.reading() as session:
        active = await store.version_in(session, name, language, store.ACTIVE)
        draft = await store.version_in(session, name, language, store.DRAFT)
    return Template(name, language, active or first, draft)


async def template_versions(tools: PromptTools, name: TemplateName, language: Language) -> list[PromptVersion]:
    """Every version, newest first, the built-in one last. Raises NotFound."""
    first = built_in(name, language)
    async with tools.database.reading() as session:
        found = await store.list_versions(session, name, language, SHOWN_VERSIONS)
    return [*found, first]


async def problems(tools: PromptTools, name: TemplateName, language: Language, text: PromptText) -> list[Problem]:
    """What keeps a text from being used. Raises NotFound."""
    built_in(name, language)
    book = await load_book(tools.database)
    return problems_with(book, name, language, text)


def problems_with(book: PromptBook, name: TemplateName, language: Language, text: PromptText) -> list[Problem]:
    """The same beside the other templates of a book."""
    return problems_of(name, text, lambda shown: sample(book, name, language, shown))


def sample(book: PromptBook, name: TemplateName, language: Language, text: PromptText) -> str:
    """What the model would read, with sentences of ours in place of passages and question. Raises TemplateError."""
    tried = with_text(book, name, language, text)
    locale = "zh-CN" if language == "zh" else "en"
    if name == ANSWER:
        shown = [f"[{one.role}]\n{one.content}" for one in tried.examples(language)]
        return "\n\n".join([tried.rules(language, sentence("prompts.sample_company", locale)), *shown])
    sources = [Source(sentence("prompts.sample_heading", locale), 3, sentence("prompts.sample_body", locale))]
    return tried.asked(language, sources, sentence("prompts.sample_question", locale), None)


def with_text(book: PromptBook, name: TemplateName, language: Language, text: PromptText) -> PromptBook:
    """A book in which one template says something else. Raises TemplateError."""
    version = PromptVersion(None, name, language, -1, text, "", store.DRAFT, 0)
    changed = PromptBook.of([version]).templates[name, language]
    return PromptBook({**book.templates, (name, language): changed}, book.settings, book.settings_number)


async def save_draft(
    tools: PromptTools,
    name: TemplateName,
    language: Language,
    text: PromptText,
    note: str,
    seen: int,
    actor: Principal | None = None,
) -> PromptVersion:
    """Keeps a draft, usable or not; seen: the revision it was made from, 0 for none.

    Raises NotFound, PromptChanged with the present draft when somebody else saved since.
    """
    built_in(name, language)
    async with tools.database.transaction() as session:
        draft = await _draft(session, name, language, seen)
        by = actor.name if actor else ""
        if draft is None:
            await store.add_draft(session, name, language, text, note, by)
        else:
            await store.change_draft(session, draft, text, note, by)
        await record_audit(session, actor, "prompt.draft", f"{name}.{language}")
    saved = (await find_template(tools, name, language)).draft
    assert saved is not None, "it was just saved"
    return saved


async def discard_draft(
    tools: PromptTools, name: TemplateName, language: Language, seen: int, actor: Principal | None = None
) -> None:
    """Raises NotFound, PromptChanged."""
    built_in(name, language)
    async with tools.database.transaction() as session:
        draft = await _draft(session, name, language, seen)
        if draft is not None:
            await store.drop_draft(session, draft)
            await record_audit(session, actor, "prompt.discard", f"{name}.{language}", version=draft.number)


async def activate_draft(
    tools: PromptTools, name: TemplateName, language: Language, seen: int, actor: Principal | None = None
) -> PromptVersion:
    """Every answer from now on uses the draft. Raises NotFound, NoDraft, PromptChanged, PromptBroken."""
    built_in(name, language)
    book = await load_book(tools.database)
    async with tools.database.transaction() as session:
        await raise_version(session, KIND)
        draft = await _draft(session, name, language, seen)
        if draft is None:
            raise NoDraft
        found = problems_with(book, name, language, draft.text)
        if found:
            raise broken(found)
        await _put_in_force(tools, session, name, language, draft, "prompt.activate", actor)
    tools.versions.forget()
    return (await find_template(tools, name, language)).active


async def roll_back(
    tools: PromptTools, name: TemplateName, language: Language, number: int, actor: Principal | None = None
) -> PromptVersion:
    """An earlier version in force again; number 0: the built-in one. Raises NotFound, PromptActive, PromptBroken."""
    built_in(name, language)
    book = await load_book(tools.database)
    async with tools.database.transaction() as session:
        await raise_version(session, KIND)
        active = await store.version_in(session, name, language, store.ACTIVE)
        if (active.number if active else BUILT_IN_NUMBER) == number:
            raise PromptActive
        version = await store.find_version(session, name, language, number) if number else None
        if number and (version is None or version.state == store.DRAFT):
            raise NotFound
        if version is not None and (found := problems_with(book, name, language, version.text)):
            raise broken(found)
        await _put_in_force(tools, session, name, language, version, "prompt.rollback", actor)
    tools.versions.forget()
    return (await find_template(tools, name, language)).active


async def change_settings(
    tools: PromptTools, settings: AnswerSettings, seen: int, actor: Principal | None = None
) -> tuple[int, AnswerSettings]:
    """How answers end from now on. Raises PromptChanged when somebody else changed it since `seen`."""
    async with tools.database.transaction() as session:
        await raise_version(session, KIND)
        number, before = await store.answer_settings(session)
        if number != seen:
            raise PromptChanged(extra={"theirs": {"number": number, **before.as_dict()}})
        if before == settings:
            return number, before
        await store.add_answer_settings(session, number + 1, settings, actor.name if actor else "")
        await tools.announcer.announce(session, AnsweringChanged("prompts", f"settings@{number + 1}"))
        await record_audit(session, actor, "prompt.settings", str(number + 1), **settings.as_dict())
    tools.versions.forget()
    return number + 1, settings


async def current_settings(tools: PromptTools) -> tuple[int, AnswerSettings]:
    """How answers end, with its number."""
    async with tools.database.reading() as session:
        return await store.answer_settings(session)


def broken(found: list[Problem]) -> PromptBroken:
    """Everything that is wrong, as one error."""
    shown = [{"code": one.code, "line": one.line, "values": one.values} for one in found]
    return PromptBroken(extra={"problems": shown}, n=len(found))


async def _draft(session: Session, name: TemplateName, language: Language, seen: int) -> PromptVersion | None:
    draft = await store.version_in(session, name, language, store.DRAFT)
    if (draft.revision if draft else 0) != seen:
        theirs = None if draft is None else {"revision": draft.revision, "body": draft.text.body}
        raise PromptChanged(extra={"theirs": theirs}, name=draft.created_by if draft else "—")
    return draft


async def _put_in_force(
    tools: PromptTools,
    session: Session,
    name: TemplateName,
    language: Language,
    version: PromptVersion | None,
    action: str,
    actor: Principal | None,
) -> None:
    number = version.number if version else BUILT_IN_NUMBER
    await store.put_in_force(session, name, language, version, actor.name if actor else "")
    await tools.announcer.announce(session, AnsweringChanged(KIND, f"{name}.{language}@{number or 'built-in'}"))
    await record_audit(session, actor, action, f"{name}.{language}", version=number)
