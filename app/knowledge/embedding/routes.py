"""JSON and event-stream routes of embedders: which there are, and changing to another while search goes on."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.web import event_stream, sse, tool
from app.knowledge.defaults import HASHED
from app.knowledge.embedding import candidates, change_over, runs, schemas, threshold
from app.knowledge.embedding.overview import overview
from app.knowledge.embedding.tools import EmbedderTools

router = APIRouter(prefix="/api/v1/embedders", tags=["knowledge"])
Tools = Annotated[EmbedderTools, tool(EmbedderTools)]
Writer = Annotated[Principal, require(Permission.MODELS_WRITE)]
READER = require(Permission.MODELS_READ)
LOOK_EVERY_S, COMMENT_EVERY_S = 0.7, 15.0


@router.get("", dependencies=[READER])
async def list_all(request: Request, tools: Tools) -> schemas.EmbeddersView:
    """The present embedder, past ones, candidates, and the run on its way or the last one."""
    return schemas.EmbeddersView.of(await overview(tools), request_locale(request))


@router.get("/events", dependencies=[READER])
async def follow(request: Request, tools: Tools) -> StreamingResponse:
    """`embedders.updated` with all of it, now and at every change."""
    return event_stream(request, _updates(tools, request_locale(request)))


async def _updates(tools: EmbedderTools, locale: str) -> AsyncGenerator[bytes, None]:
    sent, number, quiet_s = "", 0, 0.0
    while True:
        view = schemas.EmbeddersView.of(await overview(tools), locale).model_dump(mode="json")
        seen = hashlib.sha256(repr(view).encode()).hexdigest()
        if seen != sent:
            sent, number, quiet_s = seen, number + 1, 0.0
            yield sse("embedders.updated", view, number)
        elif quiet_s >= COMMENT_EVERY_S:
            quiet_s = 0.0
            yield b": still here\n\n"
        await asyncio.sleep(LOOK_EVERY_S)
        quiet_s += LOOK_EVERY_S


@router.post("", status_code=202)
async def create(
    body: schemas.NewEmbedder, response: Response, tools: Tools, principal: Writer
) -> schemas.OpenedEmbedder:
    """Begins to fill another or refitted embedder; it is ready to compare when complete, and never switches by itself.

    409 `reembed_running` while another run is open; 503 with the server's fault when the model does not answer.
    """
    if body.candidate_id is not None:
        wanted = await candidates.find_candidate(tools, body.candidate_id)
        opened = await runs.open_run(tools, wanted, target=body.target, actor=principal)
    else:
        kind = HASHED if body.tuned else body.kind
        chosen = await runs.chosen_candidate(tools, kind, body.model)
        opened = await runs.open_run(tools, chosen, target=body.target, actor=principal, tuned=body.tuned)
    response.headers["Location"] = "/api/v1/embedders"
    return schemas.OpenedEmbedder(embedder_id=opened.embedder_id, run_id=opened.run_id)


@router.get("/candidates", dependencies=[READER])
async def list_candidates(request: Request, tools: Tools) -> schemas.CandidateList:
    """The server of the settings first."""
    found = await candidates.list_candidates(tools)
    return schemas.CandidateList(items=[schemas.CandidateView.of(one, request_locale(request)) for one in found])


@router.post("/candidates", status_code=201)
async def add_candidate(
    body: schemas.NewCandidate, request: Request, response: Response, tools: Tools, principal: Writer
) -> schemas.CandidateView:
    """A served model for the list; its key is stored sealed and never shown again."""
    added = await candidates.add_candidate(tools, body.candidate(), body.key, principal)
    response.headers["Location"] = "/api/v1/embedders/candidates"
    return schemas.CandidateView.of(added, request_locale(request))


@router.post("/candidates/probe")
async def probe_unsaved(
    body: schemas.NewCandidate, request: Request, tools: Tools, principal: Writer
) -> schemas.ProbeView:
    """Asks a model that is not in the list yet for vectors: whether it answers, how long they are, how fast it is."""
    sealed = tools.sealer.seal(body.key) if body.key and tools.sealer else None
    address = candidates.checked_address(body.base_url)
    found = await candidates.try_candidate(tools, replace(body.candidate(), base_url=address, sealed_key=sealed))
    return schemas.ProbeView.of(found, request_locale(request))


@router.post("/candidates/{candidate_id}/probe")
async def probe(candidate_id: UUID, request: Request, tools: Tools, principal: Writer) -> schemas.ProbeView:
    """The same for one in the list, which remembers the answer."""
    wanted = await candidates.find_candidate(tools, candidate_id)
    return schemas.ProbeView.of(await candidates.try_candidate(tools, wanted), request_locale(request))


@router.patch("/candidates/{candidate_id}")
async def change_candidate(
    candidate_id: UUID, body: schemas.ChangedCandidate, request: Request, tools: Tools, principal: Writer
) -> schemas.CandidateView:
    """Another address or key, also for embedders that came from it."""
    changed = await candidates.change_candidate(
        tools, candidate_id, base_url=body.base_url, key=body.key, actor=principal
    )
    return schemas.CandidateView.of(changed, request_locale(request))


@router.delete("/candidates/{candidate_id}", status_code=204)
async def delete_candidate(candidate_id: UUID, tools: Tools, principal: Writer) -> None:
    """Out of the list; 409 `embedder_candidate_used` while an embedder of it is kept."""
    await candidates.delete_candidate(tools, candidate_id, principal)


@router.post("/runs/{run_id}/pause", status_code=204)
async def pause(run_id: UUID, tools: Tools, principal: Writer) -> None:
    """Workers stop after their batch; nothing is lost."""
    await runs.pause(tools, run_id, principal)


@router.post("/runs/{run_id}/resume", status_code=204)
async def resume(run_id: UUID, tools: Tools, principal: Writer) -> None:
    """Goes on where it stopped, after a pause or a failure."""
    await runs.resume(tools, run_id, principal)


@router.post("/runs/{run_id}/cancel", status_code=204)
async def cancel(run_id: UUID, tools: Tools, principal: Writer) -> None:
    """Gives the future embedder up with its vectors; the present one is not touched."""
    await runs.cancel(tools, run_id, principal)


@router.post("/runs/{run_id}/compare", status_code=204)
async def compare_again(run_id: UUID, tools: Tools, principal: Writer) -> None:
    """Fits the threshold and asks the regression questions once more."""
    await runs.compare_again(tools, run_id, principal)


@router.post("/runs/{run_id}/switch")
async def take_over(run_id: UUID, body: schemas.WantedSwitch, tools: Tools, principal: Writer) -> schemas.SwitchView:
    """Search changes over at once; 409 `embedder_gate_refused` with `reasons` unless a reason overrides the gate."""
    return schemas.SwitchView.of(await change_over.switch(tools, run_id, override=body.reason, actor=principal))


@router.get("/{embedder_id}/missing", dependencies=[READER])
async def missing(embedder_id: UUID, tools: Tools) -> schemas.MissingView:
    """How many chunks it has no vector of."""
    return schemas.MissingView(missing=await change_over.missing_of(tools, embedder_id))


@router.post("/{embedder_id}/roll-back")
async def roll_back(embedder_id: UUID, tools: Tools, principal: Writer) -> schemas.SwitchView:
    """A past embedder serves again: at once if it has every chunk, else as soon as what it missed is filled."""
    return schemas.SwitchView.of(await change_over.roll_back(tools, embedder_id, principal))


@router.put("/{embedder_id}/threshold")
async def choose_threshold(
    embedder_id: UUID, body: schemas.WantedThreshold, tools: Tools, principal: Writer
) -> schemas.ThresholdView:
    """From which confidence on it is believed: fitted to a share of false answers, or given."""
    chosen = await threshold.choose(tools, embedder_id, target=body.target, threshold=body.threshold, actor=principal)
    return schemas.ThresholdView(threshold=chosen)


@router.delete("/{embedder_id}", status_code=204)
async def retire(embedder_id: UUID, tools: Tools, principal: Writer) -> None:
    """Deletes a past embedder with its vectors."""
    await change_over.retire(tools, embedder_id, principal)
