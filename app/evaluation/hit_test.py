"""The hit test: one question through the live pipeline with a test's settings, and why each passage is where it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.answering import Finished
from app.evaluation.ask import Asked, Where, ask
from app.evaluation.domain import Expected
from app.evaluation.judge import expected_chunks, ranks_of
from app.evaluation.tools import EvaluationTools
from app.knowledge import (
    BaseChoice,
    EmbedderChoice,
    SearchOptions,
    base_choices,
    embedder_choices,
)


@dataclass(frozen=True)
class Choices:
    """What a test may be kept to or tried with."""

    bases: list[BaseChoice]
    embedders: list[EmbedderChoice]
    reranker: str | None


@dataclass(frozen=True)
class Standing:
    """Where the expected passage stands. why: codes with values, the most telling first; plain_rank: its final rank
    when words mean only themselves, where that was tried."""

    chunk_ids: set[UUID]
    ranks: dict[str, int]
    why: tuple[tuple[str, dict[str, str | int]], ...]
    cited: bool


@dataclass(frozen=True)
class HitTest:
    """Everything one test tells."""

    asked: Asked
    standing: Standing | None


@dataclass(frozen=True)
class Phrased:
    """How another phrasing of the question does."""

    text: str
    rank: int | None
    answerable: bool
    first: str


async def choices(tools: EvaluationTools) -> Choices:
    """The bases, embedders and reranker there are."""
    await tools.search.embedders.present()
    async with tools.database.reading() as session:
        bases, embedders = await base_choices(session), await embedder_choices(session)
    return Choices(bases, embedders, tools.search.reranker.name if tools.search.reranker else None)


async def hit_test(
    tools: EvaluationTools,
    text: str,
    locale: str,
    expected: Sequence[Expected],
    options: SearchOptions | None,
    where: Where,
) -> HitTest:
    """Raises NotFound for an unknown embedder, Unavailable."""
    asked = await ask(tools, text, locale, options, where)
    if not expected:
        return HitTest(asked, None)
    wanted = expected_chunks(expected, asked.search.explained, asked.references)
    ranks = ranks_of(wanted, asked.search.explained)
    plain = await _rank_without_synonyms(tools, text, locale, expected, options, where, asked)
    cited = isinstance(asked.ended, Finished) and any(
        citation.chunk_id in wanted or _same_faq(asked, wanted, citation.faq_id) for citation in asked.ended.citations
    )
    return HitTest(asked, Standing(wanted, ranks, tuple(_why(asked, wanted, ranks, plain)), cited))


def _same_faq(asked: Asked, wanted: set[UUID], faq_id: UUID | None) -> bool:
    return faq_id is not None and any(
        asked.references[one].faq_id == faq_id for one in wanted if one in asked.references
    )


async def _rank_without_synonyms(
    tools: EvaluationTools,
    text: str,
    locale: str,
    expected: Sequence[Expected],
    options: SearchOptions | None,
    where: Where,
    asked: Asked,
) -> dict[str, int] | None:
    """The ranks when words mean only themselves; None when no synonym was applied anyway."""
    explained = asked.search.explained
    if explained is None or not any(wording.meant for wording in explained.wordings):
        return None
    bare = await ask(tools, text, locale, replace(options or SearchOptions(), synonyms=False), where, compose=False)
    return ranks_of(expected_chunks(expected, bare.search.explained, bare.references), bare.search.explained)


def _why(
    asked: Asked, wanted: set[UUID], ranks: dict[str, int], plain: dict[str, int] | None
) -> list[tuple[str, dict[str, str | int]]]:
    """What moved the expected passage, as codes of sentences."""
    explained = asked.search.explained
    if explained is None or not wanted:
        return [("nowhere", {})]
    found: list[tuple[str, dict[str, str | int]]] = []
    final, fused = ranks.get("reranked", 0), ranks.get("fused", 0)
    if plain is not None and plain.get("lexical", 0) != ranks.get("lexical", 0):
        meant = next((pair for wording in explained.wordings for pair in wording.meant), ("", ()))
        words = (
            "、".join(dict.fromkeys(said for wording in explained.wordings for said, _ in wording.meant)) or meant[0]
        )
        found.append(("synonyms_moved", {"words": words, "rank": plain.get("lexical", 0)}))
    elif plain is not None:
        found.append(("synonyms_no_matter", {}))
    for stage in ("lexical", "vector"):
        if stage not in ranks:
            found.append((f"not_{stage}", {}))
    lexical, vector = ranks.get("lexical"), ranks.get("vector")
    if lexical and vector and fused and abs(lexical - vector) >= 3:
        leader = "lexical" if lexical < vector else "vector"
        found.append((f"{leader}_led", {"lexical": lexical, "vector": vector, "fused": fused}))
    if explained.reranker and fused and final and fused != final:
        found.append(("reranked_up" if final < fused else "reranked_down", {"fused": fused, "final": final}))
    if final == 0:
        found.append(("not_final", {}))
    sure = max((explained.confidence.get(one, 0.0) for one in wanted), default=0.0)
    if sure < asked.search.threshold:
        found.append(("below", {"sure": f"{sure:.2f}", "threshold": f"{asked.search.threshold:.2f}"}))
    return found


async def phrasings(
    tools: EvaluationTools,
    texts: Sequence[str],
    locale: str,
    expected: Sequence[Expected],
    options: SearchOptions | None,
    where: Where,
) -> list[Phrased]:
    """Where the expected passage stands for each other phrasing, by search alone."""
    found = []
    for text in texts:
        asked = await ask(tools, text, locale, options, where, compose=False)
        explained = asked.search.explained
        ranks = ranks_of(expected_chunks(expected, explained, asked.references), explained)
        first = explained.passages[explained.reranked[0].chunk_id] if explained and explained.reranked else None
        said = "" if first is None else first.question or " › ".join((first.title, *first.heading_path))
        found.append(Phrased(text, ranks.get("reranked"), asked.search.answerable, said))
    return found
