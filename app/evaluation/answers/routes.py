"""JSON routes of answer evaluation: start a run over a set or a file, look at runs, compare two, export one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.evaluation.answers import runs as service
from app.evaluation.answers.domain import AnswerRun, Judged
from app.evaluation.answers.files import parse_labelled, result_table
from app.evaluation.answers.schemas import AnswerRowView, AnswerRunDetails, AnswerRunView, RunNames
from app.evaluation.domain import RunState
from app.evaluation.errors import NoQuestions, RunNotOver
from app.evaluation.question_files import csv_bytes
from app.evaluation.routes.questions import uploaded
from app.evaluation.tools import EvaluationTools
from app.kernel.errors import request_locale
from app.kernel.paging import Limit, Page, encode_cursor, id_in_cursor
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/answer-evaluations", tags=["evaluation"])
Tools = Annotated[EvaluationTools, tool(EvaluationTools)]
Writer = Annotated[Principal, require(Permission.EVALUATION_WRITE)]
reader = require(Permission.EVALUATION_READ)
Name = Annotated[str | None, Query(max_length=200)]


@router.post("", status_code=202)
async def start(
    request: Request,
    response: Response,
    tools: Tools,
    actor: Writer,
    set_id: Annotated[UUID | None, Form()] = None,
    file: Annotated[UploadFile | None, File()] = None,
) -> AnswerRunView:
    """Asks a regression set, or a file of labelled questions (JSON lines), in the background.

    409 `no_regression_questions` when there is nothing to ask; 422 with the row of a file that cannot be read.
    """
    if file is not None:
        name, asked = (file.filename or "questions").rsplit(".", 1)[0][:200], parse_labelled(await uploaded(file))
    elif set_id is not None:
        name, asked = await service.labelled_set(tools, set_id)
    else:
        raise NoQuestions
    run = await service.open_run(tools, name, asked, actor)
    response.headers["Location"] = f"/api/v1/answer-evaluations/{run.id}"
    return AnswerRunView.of(run, request_locale(request))


@router.get("", dependencies=[reader])
async def show_runs(
    request: Request,
    tools: Tools,
    name: Name = None,
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[AnswerRunView]:
    """Runs, newest first; of one name, or all."""
    found = await service.list_runs(tools, name=name, before=id_in_cursor(cursor), limit=limit + 1)
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    locale = request_locale(request)
    return Page(items=[AnswerRunView.of(one, locale) for one in found[:limit]], next_cursor=following)


@router.get("/names", dependencies=[reader])
async def show_names(tools: Tools) -> RunNames:
    """The names runs go by."""
    return RunNames(items=await service.run_names(tools))


@router.get("/{run_id}", dependencies=[reader])
async def show_run(run_id: UUID, request: Request, tools: Tools, against: UUID | None = None) -> AnswerRunDetails:
    """A run with every question, beside another run; unless named, beside the last of its name."""
    run = await service.get_run(tools, run_id)
    other, earlier = await _earlier(tools, run, against)
    locale = request_locale(request)
    rows = [AnswerRowView.of(row, earlier.get(row.asked.qid)) for row in await service.run_rows(tools, run.id)]
    return AnswerRunDetails(
        run=AnswerRunView.of(run, locale),
        before=AnswerRunView.of(other, locale) if other else None,
        broken=sum(row.change == "broken" for row in rows),
        fixed=sum(row.change == "fixed" for row in rows),
        changed=sum(row.change == "changed" for row in rows),
        rows=rows,
    )


async def _earlier(
    tools: EvaluationTools, run: AnswerRun, against: UUID | None
) -> tuple[AnswerRun | None, dict[str, Judged]]:
    chosen = against or run.compared_with
    if chosen is None:
        return None, {}
    other = await service.get_run(tools, chosen)
    rows = await service.run_rows(tools, other.id)
    return other, {row.asked.qid: row.judged for row in rows if row.judged is not None}


@router.get("/{run_id}/result", dependencies=[reader], response_class=Response)
async def download(run_id: UUID, request: Request, tools: Tools, against: UUID | None = None) -> Response:
    """The run as CSV, every question with its measures and its answer in the other run; 409 while it runs."""
    run = await service.get_run(tools, run_id)
    if run.state in (RunState.QUEUED, RunState.RUNNING):
        raise RunNotOver
    _, earlier = await _earlier(tools, run, against)
    table = result_table(await service.run_rows(tools, run_id), earlier, request_locale(request))
    headers = {"Content-Disposition": 'attachment; filename="answers.csv"', "Cache-Control": "no-store"}
    return Response(csv_bytes(table), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/{run_id}/cancel", status_code=202)
async def cancel(run_id: UUID, request: Request, tools: Tools, actor: Writer) -> AnswerRunView:
    """Ends a waiting run at once and a running one soon; 409 `job_ended` when it is over."""
    return AnswerRunView.of(await service.cancel_run(tools, run_id, actor), request_locale(request))
