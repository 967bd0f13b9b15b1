"""Choosing from which confidence on an embedder is believed: by figures on questions, for a share of false answers."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from app.accounts import Principal, record_audit
from app.kernel.errors import NotFound
from app.knowledge.calibration import ELSEWHERE, bounded, calibrate
from app.knowledge.domain import SearchRequest
from app.knowledge.embedders import Loaded
from app.knowledge.embedding.domain import TARGET
from app.knowledge.embedding.errors import NoCurve
from app.knowledge.embedding.store import vectors
from app.knowledge.embedding.tools import EmbedderTools
from app.knowledge.events import SearchChanged
from app.knowledge.options import SearchOptions
from app.knowledge.ports import Measured
from app.knowledge.search import search_passages
from app.knowledge.store.embedders import find_card, lock_embedders
from app.knowledge.tools import SearchTools

FEWEST = 30
"""Of each kind, before the company's own regression questions decide alone."""
POINTS = 60
Point = tuple[float, float, float | None]
"""Threshold, share of unanswerable questions that reach it, share of answerable ones that do not (None: no labels)."""


def points_of(answerable: Sequence[float], unanswerable: Sequence[float]) -> list[Point]:
    """False answers against false refusals, by rising threshold."""
    edges = sorted({round(value + 1e-4, 4) for value in (*answerable, *unanswerable)} | {0.0})
    step = max(1, -(-len(edges) // POINTS))
    kept = [*edges[::step], *(edges[-1:] if (len(edges) - 1) % step else [])]
    return [
        (
            threshold,
            round(_share(value >= threshold for value in unanswerable) or 0.0, 4),
            _share(value < threshold for value in answerable),
        )
        for threshold in kept
    ]


def _share(found: Any) -> float | None:
    values = list(found)
    return round(sum(values) / len(values), 4) if values else None


def pick(points: Sequence[Sequence[float | None]], target: float) -> float:
    """The least threshold that at most the target share of unanswerable questions reach."""
    fitting = [point for point in points if (point[1] or 0.0) <= target]
    return float((fitting or points[-1:])[0][0] or 0.0)


async def fit(
    tools: EmbedderTools, loaded: Loaded, target: float, measured: Measured | None
) -> tuple[float, dict[str, Any]]:
    """The threshold and how it was found, with the points people choose from."""
    threshold, calibration = await calibrate(tools.search, loaded)
    rows = measured.rows if measured else ()
    refused = await _confidences(tools.search, loaded.id, [row.text for row in rows if row.must_refuse])
    expected = await _confidences(tools.search, loaded.id, [row.text for row in rows if not row.must_refuse])
    labelled = min(len(refused), len(expected)) >= FEWEST
    if not labelled:
        refused = [*refused, *await _confidences(tools.search, loaded.id, ELSEWHERE)]
    points = points_of(expected, refused)
    if labelled:
        threshold = pick(points, target)
    elif target != TARGET:
        threshold = bounded(loaded.card.kind, pick(points, target))
    counts = {"answerable": len(expected), "unanswerable": len(refused), "target": target}
    source = {"source": "regression"} if labelled else {}
    return round(threshold, 4), {**calibration, **source, **counts, "points": [list(point) for point in points]}


async def _confidences(tools: SearchTools, embedder_id: UUID, questions: Sequence[str]) -> list[float]:
    options = SearchOptions(embedder_id=embedder_id)
    return [
        (await search_passages(tools, SearchRequest([question], limit=5, options=options))).confidence
        for question in questions
    ]


async def choose(
    tools: EmbedderTools,
    embedder_id: UUID,
    *,
    target: float | None = None,
    threshold: float | None = None,
    actor: Principal | None = None,
) -> float:
    """Another threshold, given or fitted to a target on the stored points. Raises NotFound, NoCurve."""
    async with tools.database.transaction() as session:
        await lock_embedders(session, longest_s=25)
        card = await find_card(session, embedder_id)
        if card is None:
            raise NotFound
        points = card.calibration.get("points")
        if threshold is None:
            if not points:
                raise NoCurve
            wanted = pick(points, TARGET if target is None else target)
            labelled = card.calibration.get("source") == "regression"
            threshold = wanted if labelled else bounded(card.kind, wanted)
        calibration = {**card.calibration, "chosen": "target" if target is not None else "threshold"}
        if target is not None:
            calibration["target"] = target
        await vectors.keep_calibration(session, embedder_id, round(threshold, 4), calibration)
        await record_audit(
            session, actor, "embedder.threshold", str(embedder_id), before=card.threshold, after=round(threshold, 4)
        )
        if card.state == "present":
            await tools.announcer.announce(session, SearchChanged("threshold", str(embedder_id)))
    return round(threshold, 4)


def figures_of(measured: Measured) -> dict[str, Any]:
    """A measurement as it is kept with a run: the figures, and which questions failed."""
    kept = {name: value for name, value in asdict(measured).items() if name != "rows"}
    return {**kept, "run_id": str(measured.run_id), "failed": [str(r.question_id) for r in measured.rows if r.problems]}
