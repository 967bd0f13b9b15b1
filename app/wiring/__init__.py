"""The switchboard: which adapter stands behind each port, and who listens to which event."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.accounts import Company, load_company
from app.adapters.blob_store import open_blob_store
from app.adapters.celery_queue import CeleryQueue
from app.adapters.openpyxl_sheets import OpenpyxlSheets
from app.adapters.parsing.client import TemplateParser
from app.adapters.pictures import PillowPictures
from app.adapters.pinyin import Pinyin
from app.adapters.rate_limits import NoLimits, RedisLimits
from app.adapters.redis_live import RedisLive
from app.adapters.secret_box import SecretBox
from app.analytics import FaqCitations, HealthTools
from app.answering import (
    AnswerCache,
    AnsweringChanged,
    AnsweringTools,
    Fresh,
    GuardTools,
    KnowledgePassages,
    Limits,
    PromptTools,
    Versions,
    answer,
    company_of,
    load_book,
    load_guard,
)
from app.answering.cooperation import Partner
from app.answering.intents.service import KIND as INTENTS_KIND
from app.answering.intents.service import IntentTools, load_intents
from app.answering.memory import summarise
from app.answering.tools import ToolActions, ToolRegistry
from app.conversations import (
    Answerer,
    AnswerFinished,
    Bulletin,
    ConversationTools,
    CustomerWrote,
    OwnerChanged,
    StoredUses,
)
from app.conversations.attachments import AttachmentTools
from app.escalation import (
    RULES_KIND,
    EscalationTools,
    InspectionTools,
    SuggestionSent,
    follow_customer,
    follow_owner,
    follow_owner_clocks,
    judge_answer,
    judge_vote,
    load_rules,
    visible,
)
from app.escalation.aftercare.service import Aftercare, note_answered
from app.escalation.suggest.service import OfferTools
from app.evaluation import (
    EvaluationTools,
    RegressionQuestions,
    note_answering_changed,
    note_search_changed,
    note_stopped_run,
)
from app.evaluation.answers import note_stopped_run as note_stopped_answers
from app.feedback import (
    AnswerRated,
    ConversationAnswers,
    CorrectionAccepted,
    CorrectionMoved,
    CorrectionProposed,
    FeedbackTools,
    GapTools,
    PublishingTools,
    ReviewedPicks,
    gap_listeners,
    note_stopped_publication,
    publish_accepted,
    questions_of_gap,
    shown_ratings,
)
from app.jobs import JobStopped, JobTools
from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.limits import RateLimits
from app.kernel.settings import Settings, signing_secret
from app.knowledge import (
    Candidate,
    DocumentTools,
    EmbedderTools,
    FaqTools,
    Pace,
    QuestionBank,
    Quota,
    SearchChanged,
    SearchTools,
    ShelfTools,
    SourceLinks,
    WordsTools,
    note_stopped_draft,
    note_stopped_import,
    note_stopped_job,
)
from app.knowledge.feeds import FeedTools, note_stopped_sync
from app.model_registry import ModelRegistryTools
from app.training import note_stopped, note_stopped_judging
from app.wiring.accounts import account_tools
from app.wiring.guests import feeds_of, registry_of
from app.wiring.learning import training_tools
from app.wiring.models import (
    chat_model,
    chat_servers,
    embedders,
    judge_of,
    partner_chat,
    partner_of,
    readers,
    reranker_of,
    teacher_of,
)


@dataclass(frozen=True)
class Switchboard:
    """Everything one process works with; `tools` maps a room's tools class to its instance."""

    settings: Settings
    database: Database
    tools: dict[type, Any]


@asynccontextmanager
async def switchboard(settings: Settings, answerer: Answerer | None = None) -> AsyncIterator[Switchboard]:
    """Builds every room's tools for one process, and closes what must be closed. `answerer`: other than our own."""
    assert settings.database_url and settings.redis_url, "the stores are started before the switchboard"
    database = Database(settings.database_url, settings.database_pool)
    announcer = Announcer()
    links = SourceLinks(signing_secret(settings))
    bell = CeleryQueue(settings.redis_url)
    jobs = JobTools(database, bell, announcer)
    parser = TemplateParser(wall_s=settings.parse_wall_s, memory_mb=settings.parse_memory_mb)
    reranker = reranker_of(settings)
    search = SearchTools(database, embedders(settings, database), reranker)
    blobs = open_blob_store(settings)
    quotas = (settings.upload_limit_mb, settings.ocr_pages, _quota(settings))
    documents = DocumentTools(database, jobs, blobs, parser, search, links, *quotas)
    feeds = feeds_of(settings, documents)
    chat, partner, teacher = chat_model(settings), partner_chat(settings), teacher_of(settings)
    servers = chat_servers(settings)
    models = ModelRegistryTools(database, chat, servers)
    prompts = PromptTools(database, announcer, Versions(database))
    registry = registry_of(settings, database, prompts.versions)
    answering = _answering(settings, search, models, prompts, registry, partner_of(settings, partner))
    evaluation = _evaluation(settings, database, search, answering, jobs)
    live = RedisLive(settings.redis_url)
    bulletin = Bulletin(announcer, live, links)
    aftercare = Aftercare(database, load_company(settings))
    speaks = answerer or partial(answer, answering)
    conversations = _conversations(settings, database, bulletin, speaks, models, aftercare)
    feedback = FeedbackTools(database, ConversationAnswers(conversations), announcer)
    tools: dict[type, Any] = {
        **account_tools(settings, database, conversations.company),
        ConversationTools: conversations,
        RateLimits: conversations.limits,
        EvaluationTools: evaluation,
        AttachmentTools: AttachmentTools(conversations, blobs, PillowPictures(), settings.attachment_limit_mb),
        InspectionTools: InspectionTools(database, evaluation.judge, shown_ratings),
        **_desk(conversations, aftercare, search, models, prompts.versions),
        AnsweringTools: answering,
        **_kept_by_staff(prompts, answering),
        Announcer: announcer,
        Company: conversations.company,
        HealthTools: HealthTools({"database": database.ping}),
        **_feedback(feedback, evaluation),
        FeedTools: feeds,
        JobTools: jobs,
        ModelRegistryTools: models,
        Settings: settings,
        **_knowledge(settings, documents, RegressionQuestions(evaluation), ReviewedPicks(feedback)),
        ToolRegistry: registry,
        **training_tools(settings, evaluation, blobs, models, feedback, teacher),
    }
    try:
        yield Switchboard(settings, database, tools)
    finally:
        await live.stop()
        always = (conversations.limits, search.embedders, parser, feeds.web, registry.servers, evaluation)
        for part in (*always, answering.cache, chat, servers, partner, teacher, reranker):
            if part is not None:
                await part.close()
        bell.close()
        await database.close()


def _desk(
    conversations: ConversationTools,
    aftercare: Aftercare,
    search: SearchTools,
    models: ModelRegistryTools,
    versions: Versions,
) -> dict[type, Any]:
    """The tools of the escalation room, which listens to the conversations and to votes."""
    rules = Fresh(versions, RULES_KIND, partial(load_rules, conversations.database))
    escalation = EscalationTools(conversations.database, conversations, Pinyin(), aftercare, rules)
    _introduce(conversations.bulletin.announcer, escalation)
    return {
        EscalationTools: escalation,
        Aftercare: aftercare,
        OfferTools: OfferTools(conversations, search, models),
    }


def _answering(
    settings: Settings,
    search: SearchTools,
    models: ModelRegistryTools,
    prompts: PromptTools,
    registry: ToolRegistry,
    partner: Partner | None,
) -> AnsweringTools:
    limits = Limits(settings.chat_max_tokens, settings.chat_temperature, settings.chat_context_tokens)
    book = Fresh(prompts.versions, "prompts", partial(load_book, prompts.database))
    intents = Fresh(prompts.versions, INTENTS_KIND, partial(load_intents, prompts.database))
    actions = ToolActions(registry.database, registry.servers, registry.catalogue, models)
    guard = Fresh(prompts.versions, "guard", partial(load_guard, prompts.database))
    cache = AnswerCache(search.database, prompts.versions, settings.answer_cache, settings.answer_cache_hours)
    return AnsweringTools(
        KnowledgePassages(search), models, limits, book, actions, partner, cache, guard, intents, *readers(models)
    )


def _kept_by_staff(prompts: PromptTools, answering: AnsweringTools) -> dict[type, Any]:
    """The tools of what staff set for answering, all over the same versions."""
    database, versions = prompts.database, prompts.versions
    return {
        AnswerCache: answering.cache,
        GuardTools: GuardTools(database, prompts.announcer, versions),
        IntentTools: IntentTools(database, versions, answering.intents, answering.second),
        PromptTools: prompts,
        Versions: versions,
    }


def _introduce(announcer: Announcer, escalation: EscalationTools) -> None:
    """Who listens to which fact."""
    for stopped in (
        note_stopped_job,
        note_stopped_draft,
        note_stopped_sync,
        note_stopped_import,
        note_stopped,
        note_stopped_judging,
    ):
        announcer.listen(JobStopped, stopped)
    announcer.listen(OwnerChanged, partial(follow_owner, escalation))
    announcer.listen(OwnerChanged, partial(follow_owner_clocks, escalation))
    announcer.listen(CustomerWrote, partial(follow_customer, escalation))
    announcer.listen(OwnerChanged, note_answered)
    announcer.listen_after(AnswerFinished, partial(judge_answer, escalation))
    announcer.listen_after(AnswerRated, partial(judge_vote, escalation))


def _quota(settings: Settings) -> Quota:
    mebibytes = settings.documents_limit_mb
    return Quota(settings.documents_limit, None if mebibytes is None else mebibytes * 1024 * 1024)


def _knowledge(
    settings: Settings, documents: DocumentTools, bank: QuestionBank, picks: ReviewedPicks
) -> dict[type, Any]:
    """The tools of the knowledge room, all over the same search, jobs and files."""
    database, search, jobs = documents.database, documents.search, documents.jobs
    return {
        DocumentTools: documents,
        EmbedderTools: _embedding(settings, search, jobs, bank, picks),
        FaqTools: FaqTools(search, OpenpyxlSheets(), jobs, documents.blobs, FaqCitations(database)),
        SearchTools: search,
        ShelfTools: ShelfTools(documents, StoredUses(database), bank),
        SourceLinks: documents.links,
        WordsTools: WordsTools(search, jobs, bank),
    }


def _conversations(
    settings: Settings,
    database: Database,
    bulletin: Bulletin,
    answerer: Answerer,
    models: ModelRegistryTools,
    aftercare: Aftercare,
) -> ConversationTools:
    assert settings.redis_url is not None, "checked by switchboard"
    company = load_company(settings)
    visitor_secret = settings.visitor_secret.get_secret_value().encode() if settings.visitor_secret else None
    limits = NoLimits() if settings.rate_limits == "off" else RedisLimits(settings.redis_url)
    return ConversationTools(
        database,
        bulletin,
        answerer,
        shown_ratings,
        visible,
        limits,
        company,
        company_of(company),
        visitor_secret,
        partial(summarise, models),
        aftercare,
    )


def _evaluation(
    settings: Settings, database: Database, search: SearchTools, answering: AnsweringTools, jobs: JobTools
) -> EvaluationTools:
    company = company_of(load_company(settings))
    tools = EvaluationTools(database, search, answering, jobs, OpenpyxlSheets(), company, judge_of(settings))
    for stopped in (note_stopped_run, note_stopped_answers):
        jobs.announcer.listen(JobStopped, stopped)
    jobs.announcer.listen(SearchChanged, partial(note_search_changed, tools))
    jobs.announcer.listen(AnsweringChanged, partial(note_answering_changed, tools))
    return tools


def _feedback(feedback: FeedbackTools, evaluation: EvaluationTools) -> dict[type, Any]:
    tools = PublishingTools(feedback, evaluation, questions_of_gap)
    feedback.announcer.listen(CorrectionAccepted, partial(publish_accepted, tools))
    feedback.announcer.listen(JobStopped, note_stopped_publication)
    announcer = feedback.announcer
    announcer.listen(AnswerFinished, gap_listeners.note_answer, only=gap_listeners.is_sign)
    announcer.listen(AnswerRated, gap_listeners.note_vote)
    announcer.listen(OwnerChanged, gap_listeners.note_hand_over)
    announcer.listen(CorrectionProposed, gap_listeners.note_correction)
    announcer.listen(CorrectionMoved, gap_listeners.move_gap)
    announcer.listen(SuggestionSent, gap_listeners.keep_suggestion)
    gaps = GapTools(feedback, evaluation.search, evaluation.jobs)
    return {FeedbackTools: feedback, PublishingTools: tools, GapTools: gaps}


def _embedding(
    settings: Settings, search: SearchTools, jobs: JobTools, bank: QuestionBank, picks: ReviewedPicks
) -> EmbedderTools:
    named = Candidate(None, settings.embed_url, settings.embed_model or "") if settings.embed_url else None
    box = SecretBox(signing_secret(settings))
    pace = Pace(parallel=settings.embed_parallel)
    return EmbedderTools(search, jobs.bell, box, named, bank, jobs.announcer, picks, pace)
