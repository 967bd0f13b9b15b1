"""Which language models stand behind the ports: the chat model with its spare and partner, embedders, the reranker."""

from pydantic import SecretStr

from app.adapters.chat_servers import ChatServers
from app.adapters.langchain_embeddings import embedders_at
from app.adapters.langchain_forms import LangchainForms
from app.adapters.openai_chat import OpenAIChat, Waits
from app.adapters.openai_rerank import HttpReranker
from app.adapters.secret_box import SecretBox
from app.adapters.spare_chat import SpareChat
from app.answering import Models
from app.answering.cooperation import Partner, Strategy
from app.answering.guard.by_model import ModelClassifier
from app.answering.second_reading import SecondReading
from app.kernel.database import Database
from app.kernel.settings import Settings, signing_secret
from app.knowledge import Embedders


def chat_model(settings: Settings) -> OpenAIChat | SpareChat | None:
    """The model that answers, with its spare where one is named; None: documents are quoted."""
    if settings.chat_url is None:
        return None
    waits = _waits(settings)
    key = shown(settings.chat_key)
    if settings.chat_spare_url is None:
        return OpenAIChat(settings.chat_url, settings.chat_model, key, waits)
    # Nobody waits for a server that asks for time while another one can answer.
    first = OpenAIChat(settings.chat_url, settings.chat_model, key, waits, patience_s=0.0)
    spare = OpenAIChat(settings.chat_spare_url, settings.chat_spare_model, shown(settings.chat_spare_key), waits)
    return SpareChat(first, spare, settings.chat_spare_after_s)


def chat_servers(settings: Settings) -> ChatServers:
    """The servers of versions that have one of their own."""
    return ChatServers(shown(settings.chat_key), _waits(settings))


def _waits(settings: Settings) -> Waits:
    return Waits(settings.chat_first_token_s, settings.chat_gap_s, settings.chat_total_s)


def partner_chat(settings: Settings) -> OpenAIChat | None:
    """The model beside the main one, if any."""
    if settings.chat_partner_url is None:
        return None
    return OpenAIChat(settings.chat_partner_url, settings.chat_partner_model, shown(settings.chat_partner_key))


def partner_of(settings: Settings, chat: OpenAIChat | None) -> Partner | None:
    """How the two models work together on each channel."""
    if chat is None:
        return None
    said = (part.rpartition("=") for part in settings.chat_strategy.split(","))
    return Partner(chat, {channel.strip() or "*": Strategy(strategy.strip()) for channel, _, strategy in said})


def readers(models: Models) -> tuple[SecondReading, ModelClassifier]:
    """The chat model as reader of turns and as classifier of attacks, where staff switch that on."""
    forms = LangchainForms()
    return SecondReading(models, forms), ModelClassifier(models, forms)


def embedders(settings: Settings, database: Database) -> Embedders:
    """The embedders search asks, by their servers."""
    box = SecretBox(signing_secret(settings))
    known = embedders_at(settings.embed_url, shown(settings.embed_key), box)
    return Embedders(database, known, settings.embed_url is not None)


def reranker_of(settings: Settings) -> HttpReranker | None:
    """The model that puts hits into their final order, if any."""
    if settings.rerank_url is None:
        return None
    return HttpReranker(settings.rerank_url, settings.rerank_model or "", shown(settings.rerank_key))


def judge_of(settings: Settings) -> OpenAIChat | None:
    """The model that judges answers in evaluations, if any."""
    if settings.judge_url is None:
        return None
    waits = Waits(settings.chat_first_token_s, settings.chat_gap_s, settings.chat_total_s)
    return OpenAIChat(settings.judge_url, settings.judge_model, shown(settings.judge_key), waits)


def teacher_of(settings: Settings) -> OpenAIChat | None:
    """The big model whose answers a small one may learn, if any; nobody waits for it."""
    if settings.teacher_url is None:
        return None
    waits = Waits(first_token_s=120, gap_s=60, total_s=600)
    return OpenAIChat(settings.teacher_url, settings.teacher_model, shown(settings.teacher_key), waits)


def shown(key: SecretStr | None) -> str | None:
    """A secret as the adapter needs it."""
    return key.get_secret_value() if key else None
