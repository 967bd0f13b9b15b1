"""JSON routes of training: datasets, runs with their loss curve, adapters in the running model server."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.errors import request_locale
from app.kernel.paging import BadCursor, Limit, Page, decode_cursor, encode_cursor, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.collect import (
    get_dataset,
    list_datasets,
    newest_dataset,
    origins,
    read_dataset,
    rows_erased,
)
from app.training.datasets.formats import Layout, export
from app.training.domain import Method, Source, Split, Stage
from app.training.material.schemas import OriginView
from app.training.ordering import compression_of
from app.training.planning import plan_run
from app.training.runs import cancel_run, curves, get_run, list_runs, log_tail, pause_run, resume_run, start_run
from app.training.schemas import (
    CompressionForm,
    DatasetView,
    EstimateForm,
    EstimateView,
    LogLineView,
    LogTail,
    MethodList,
    MetricList,
    RunForm,
    RunView,
    ServedAdapter,
    StartedRun,
)
from app.training.serving import serve_adapter, withdraw_adapter
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1", tags=["training"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Teacher = Annotated[Principal, require(Permission.TRAINING_WRITE)]
reader = require(Permission.TRAINING_READ)
PageLimit = Annotated[Limit, Query()]
Cursor = Annotated[str | None, Query(max_length=200)]


@router.get("/datasets", dependencies=[reader])
async def show_datasets(tools: Tools, limit: PageLimit = 50, cursor: Cursor = None) -> Page[DatasetView]:
    """Dataset versions, newest first."""
    found = await list_datasets(tools, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    erased = await rows_erased(tools, [one.id for one in found])
    return Page(items=[DatasetView.of(one, erased.get(one.id, 0)) for one in found[:limit]], next_cursor=following)


@router.get("/datasets/{dataset_id}", dependencies=[reader])
async def show_dataset(dataset_id: UUID, tools: Tools) -> DatasetView:
    """One dataset version."""
    dataset = await get_dataset(tools, dataset_id)
    return DatasetView.of(dataset, (await rows_erased(tools, [dataset_id])).get(dataset_id, 0))


@router.get("/datasets/{dataset_id}/rows", dependencies=[reader], response_class=Response)
async def download(
    dataset_id: UUID, tools: Tools, layout: Layout = Layout.ROWS, split: Split | None = None
) -> Response:
    """The rows as JSON lines, in our own layout or one that other tools read; 409 once somebody in it was erased."""
    data = await read_dataset(tools, dataset_id)
    if layout is not Layout.ROWS or split is not None:
        data = b"".join(export(data, layout, split.value if split else None))
    name = f"{dataset_id}.{layout.value}.jsonl"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/jsonl", headers=headers)


@router.get("/datasets/{dataset_id}/origins", dependencies=[reader])
async def show_origins(
    dataset_id: UUID, tools: Tools, limit: PageLimit = 50, cursor: Cursor = None, source: Source | None = None
) -> Page[OriginView]:
    """Where each row comes from, in the order of the rows: its source, conversation, and who approved it."""
    parts = decode_cursor(cursor, 1)
    if parts and not parts[0].isdecimal():
        raise BadCursor
    found = await origins(tools, dataset_id, int(parts[0]) if parts else 0, limit + 1, source)
    return page_of(found, limit, OriginView.of, lambda one: one.place)


@router.post("/training/runs", status_code=202)
async def start(form: RunForm, response: Response, tools: Tools, author: Teacher) -> StartedRun:
    """Starts a fine-tune in the background; 409 `nothing_to_learn` before the first dataset version."""
    dataset_id = form.dataset_id or await newest_dataset(tools)
    run = await start_run(tools, dataset_id, form.settings.settings(), author)
    response.headers["Location"] = f"/api/v1/training/runs/{run.id}"
    return StartedRun(run_id=run.id, job_id=run.job_id, dataset_id=run.dataset_id)


@router.post("/models/{model_id}/compress", status_code=202)
async def compress(
    model_id: UUID, form: CompressionForm, response: Response, tools: Tools, author: Teacher
) -> StartedRun:
    """Merges a version into its base or makes it smaller; what becomes of it is judged like any other."""
    dataset_id, settings = await compression_of(tools, model_id, Stage(form.kind))
    run = await start_run(tools, dataset_id, settings, author)
    response.headers["Location"] = f"/api/v1/training/runs/{run.id}"
    return StartedRun(run_id=run.id, job_id=run.job_id, dataset_id=run.dataset_id)


@router.get("/training/runs", dependencies=[reader])
async def show_runs(request: Request, tools: Tools, limit: PageLimit = 50, cursor: Cursor = None) -> Page[RunView]:
    """Runs, newest first."""
    found = await list_runs(tools, id_in_cursor(cursor), limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[RunView.of(one, locale) for one in found[:limit]], next_cursor=following)


@router.get("/training/runs/{run_id}", dependencies=[reader])
async def show_run(run_id: UUID, request: Request, tools: Tools) -> RunView:
    """One run."""
    return RunView.of(await get_run(tools, run_id), request_locale(request))


@router.get("/training/runs/{run_id}/metrics", dependencies=[reader])
async def show_metrics(run_id: UUID, request: Request, tools: Tools) -> MetricList:
    """The loss curve, the looks at the validation rows, and what they say."""
    return MetricList.of(await curves(tools, run_id), request_locale(request))


@router.get("/training/runs/{run_id}/log", dependencies=[reader])
async def show_log(
    run_id: UUID,
    tools: Tools,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=2_000)] = 200,
) -> LogTail:
    """The last lines of the run's log behind a number."""
    return LogTail(items=[LogLineView(**vars(line)) for line in await log_tail(tools, run_id, after, limit)])


@router.get("/training/methods", dependencies=[reader])
async def show_methods(tools: Tools) -> MethodList:
    """Every method: how a server takes what it makes, and what this machine lacks for it."""
    lacks = {method: await tools.trainer.lacks(method.value) for method in Method}
    return MethodList.of(lacks)


@router.post("/training/estimate", dependencies=[reader])
async def estimate(form: EstimateForm, tools: Tools) -> EstimateView:
    """Memory and time a run would need; 409 and 500 codes name what is wrong with the base model."""
    settings = form.settings.settings() if form.settings else None
    return EstimateView.of(await plan_run(tools, form.dataset_id, settings, form.device, form.cards))


@router.post("/training/runs/{run_id}/pause", status_code=202)
async def pause(run_id: UUID, request: Request, tools: Tools, actor: Teacher) -> RunView:
    """Saves a checkpoint and stops until the run is resumed; 409 `run_not_running` when there is nothing to pause."""
    return RunView.of(await pause_run(tools, run_id, actor), request_locale(request))


@router.post("/training/runs/{run_id}/cancel", status_code=202)
async def cancel(run_id: UUID, request: Request, tools: Tools, actor: Teacher) -> RunView:
    """Ends a waiting run at once and a running one after its checkpoint; 409 `job_ended` when it is over."""
    return RunView.of(await cancel_run(tools, run_id, actor), request_locale(request))


@router.post("/training/runs/{run_id}/resume", status_code=202)
async def resume(run_id: UUID, tools: Tools, actor: Teacher) -> StartedRun:
    """Goes on with a failed or cancelled run from its last whole checkpoint; 409 `run_not_cut_off` for others."""
    run = await resume_run(tools, run_id, actor)
    return StartedRun(run_id=run.id, job_id=run.job_id, dataset_id=run.dataset_id)


@router.post("/training/runs/{run_id}/serve")
async def serve(run_id: UUID, tools: Tools, actor: Teacher) -> ServedAdapter:
    """Loads the run's adapter into the running model server."""
    return ServedAdapter(name=await serve_adapter(tools, run_id, actor))


@router.delete("/training/runs/{run_id}/serve", status_code=204)
async def withdraw(run_id: UUID, tools: Tools, actor: Teacher) -> None:
    """Takes the run's adapter out of the running model server."""
    await withdraw_adapter(tools, run_id, actor)
