"""JSON routes of runs: over regression sets, and over files of questions with a result file."""

from typing import Annotated, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.evaluation.domain import Row, RunState
from app.evaluation.errors import RunNotOver
from app.evaluation.question_files import csv_bytes, read_questions, result_rows
from app.evaluation.routes.questions import uploaded
from app.evaluation.runs import cancel_run, get_run, list_runs, open_batch, open_run, run_rows
from app.evaluation.schemas import OptionsBody, RowView, RunBody, RunDetails, RunView
from app.evaluation.tools import EvaluationTools
from app.kernel.errors import request_locale
from app.kernel.paging import Limit, Page, encode_cursor, id_in_cursor
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/evaluations", tags=["evaluation"])
Tools = Annotated[EvaluationTools, tool(EvaluationTools)]
Writer = Annotated[Principal, require(Permission.EVALUATION_WRITE)]
reader = require(Permission.EVALUATION_READ)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@router.post("", status_code=202)
async def start(body: RunBody, request: Request, response: Response, tools: Tools, actor: Writer) -> RunView:
    """Asks a set, or all of them, in the background; 409 `no_regression_questions` when there is none."""
    options = body.options.options() if body.options else None
    run = await open_run(tools, body.set_id, options=options, actor=actor)
    response.headers["Location"] = f"/api/v1/evaluations/{run.id}"
    return RunView.of(run, request_locale(request))


@router.post("/batch", status_code=202)
async def start_batch(
    request: Request,
    response: Response,
    tools: Tools,
    actor: Writer,
    file: Annotated[UploadFile, File()],
    options: Annotated[str, Form(max_length=2_000)] = "{}",
) -> RunView:
    """Asks the questions of a CSV, XLSX or JSON lines file; `options` is a JSON object like that of the hit test."""
    try:
        chosen = OptionsBody.model_validate(orjson.loads(options)).options()
    except orjson.JSONDecodeError:
        raise RequestValidationError([{"loc": ("body", "options"), "msg": "not JSON", "type": "json"}]) from None
    except ValidationError as error:
        found = [{**item, "loc": ("body", "options", *item["loc"])} for item in error.errors(include_input=False)]
        raise RequestValidationError(found) from None
    name = (file.filename or "")[:200]
    run = await open_batch(tools, await read_questions(name, await uploaded(file), tools.sheets), name, chosen, actor)
    response.headers["Location"] = f"/api/v1/evaluations/{run.id}"
    return RunView.of(run, request_locale(request))


@router.get("", dependencies=[reader])
async def show_runs(
    request: Request,
    tools: Tools,
    kind: Literal["regression", "batch"] = "regression",
    set_id: UUID | None = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[RunView]:
    """Runs, newest first."""
    found = await list_runs(tools, kind=kind, set_id=set_id, before=id_in_cursor(cursor), limit=limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[RunView.of(one, locale) for one in found[:limit]], next_cursor=following)


@router.get("/{run_id}", dependencies=[reader])
async def show_run(run_id: UUID, request: Request, tools: Tools) -> RunDetails:
    """A run with every question, and what broke or was fixed since the run before it."""
    run = await get_run(tools, run_id)
    rows = await run_rows(tools, run.id)
    earlier: dict[UUID | None, Row] = (
        {}
        if run.compared_with is None
        else {row.question_id: row for row in await run_rows(tools, run.compared_with) if row.question_id}
    )
    compared = run.compared_with is not None
    shown = [RowView.of(row, earlier.get(row.question_id), compared) for row in rows]
    return RunDetails(
        run=RunView.of(run, request_locale(request)),
        broken=sum(row.change == "broken" for row in shown),
        fixed=sum(row.change == "fixed" for row in shown),
        rows=shown,
    )


@router.get("/{run_id}/result", dependencies=[reader], response_class=Response)
async def download(run_id: UUID, request: Request, tools: Tools, format: Literal["csv", "xlsx"] = "csv") -> Response:
    """The run as a table: ranks at each stage, whether it can be answered, and the answer; 409 while it runs."""
    run = await get_run(tools, run_id)
    if run.state in (RunState.QUEUED, RunState.RUNNING):
        raise RunNotOver
    table = result_rows(await run_rows(tools, run_id), request_locale(request))
    data = csv_bytes(table) if format == "csv" else await tools.sheets.write(table)
    headers = {"Content-Disposition": f'attachment; filename="results.{format}"', "Cache-Control": "no-store"}
    return Response(data, media_type=MEDIA[format], headers=headers)


@router.post("/{run_id}/cancel", status_code=202)
async def cancel(run_id: UUID, request: Request, tools: Tools, actor: Writer) -> RunView:
    """Ends a waiting run at once and a running one soon; 409 `job_ended` when it is over."""
    return RunView.of(await cancel_run(tools, run_id, actor), request_locale(request))
