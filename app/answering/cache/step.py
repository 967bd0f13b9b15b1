"""The step between understanding and searching: an answer from the cache, or the way on with its end kept."""

from collections.abc import Awaitable, Callable
from contextlib import aclosing

from app.answering.cache.domain import Cached, Hit, Looked, Scope
from app.answering.cache.service import AnswerCache
from app.answering.domain import Cited, Composer, Delta, Events, Finished, Outcome, Question, Started
from app.answering.trace import Trace
from app.answering.understand import Understood
from app.kernel.clock import iso, now
from app.model_registry import ServedModel

LONGEST = 300
KEPT = frozenset({Outcome.ANSWERED, Outcome.FAQ})


def may_be_cached(question: Question, understood: Understood) -> bool:
    """Whether an answer depends on nothing but the question, its scope and the knowledge.

    Not so for turns that lean on earlier ones or ask several things, customers who are known, and those who ask for
    another answer.
    """
    personal = question.user_id is not None or bool(question.memory) or bool(question.summary)
    leans = bool(question.history) or understood.rewritten is not None or understood.chosen is not None
    leans = leans or understood.parts is not None
    again = question.rehearsal or question.again or question.decided is not None
    return not (personal or leans or again) and 0 < len(understood.text) <= LONGEST


def scope_of(question: Question, understood: Understood, settings: dict[str, str], served: ServedModel | None) -> Scope:
    """What an answer to this question depends on beside it and the knowledge."""
    model = "" if served is None else f"{served.name}|{served.version_id}|{served.state}"
    company = question.company.name(understood.language)
    topics = ",".join(question.company.topics(understood.language))
    return Scope(
        understood.language,
        question.audience,
        question.tier,
        question.channel,
        question.base_ids,
        f"{company}|{topics}",
        settings,
        model,
    )


async def through_cache(
    cache: AnswerCache, scope: Scope, understood: Understood, trace: Trace, search: Callable[[], Awaitable[Events]]
) -> Events:
    """The kept answer; else what `search` leads to, kept when it ends well."""
    with trace.step("cache") as notes:
        looked = await cache.look(scope, understood.text)
        notes["look"] = "away" if looked is None else looked.hit.how if looked.hit else "missed"
    if looked is not None and looked.hit is not None:
        async for event in _given(looked.hit, trace):
            yield event
        return
    async with aclosing(await search()) as found:
        async for event in found:
            if looked is not None and isinstance(event, Finished):
                _keep(cache, scope, looked, understood.text, event)
            yield event


def _keep(cache: AnswerCache, scope: Scope, looked: Looked, asked: str, ended: Finished) -> None:
    sourced = any(one.chunk_id or one.faq_id for one in ended.citations)
    if ended.outcome in KEPT and sourced and not ended.wants_person and ended.composer is not Composer.FIXED:
        cache.keep_later(scope, looked, Cached.of(asked, ended, now()))


async def _given(hit: Hit, trace: Trace) -> Events:
    """The kept answer at once, as its own kind of answer, with a trace that says where it comes from."""
    kept = hit.cached
    trace.note("cached", how=hit.how, question=kept.question, score=hit.score, since=iso(kept.at), **kept.details)
    trace.note("decision", route="cached", reasons=[{"code": f"cached_{hit.how}", "score": hit.score}])
    yield Started(Composer(kept.composer))
    yield Cited(kept.citations)
    trace.first_token()
    yield Delta(kept.text)
    yield kept.ended(trace.as_dict(outcome=kept.outcome, composer=kept.composer))
