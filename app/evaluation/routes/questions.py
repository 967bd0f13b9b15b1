"""JSON routes of regression sets, their questions, and the gate."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Query, Response, UploadFile

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.evaluation import questions as service
from app.evaluation.domain import Origin
from app.evaluation.errors import QuestionFileUnreadable
from app.evaluation.question_files import csv_bytes, question_lines, question_rows, read_questions
from app.evaluation.schemas import (
    AddedQuestions,
    ChangedQuestion,
    GateBody,
    NewQuestions,
    QuestionView,
    SetBody,
    SetList,
    SetView,
)
from app.evaluation.tools import EvaluationTools
from app.kernel.paging import Limit, Page, encode_cursor, id_in_cursor
from app.kernel.web import tool

router = APIRouter(prefix="/api/v1/regression", tags=["evaluation"])
Tools = Annotated[EvaluationTools, tool(EvaluationTools)]
Writer = Annotated[Principal, require(Permission.EVALUATION_WRITE)]
reader = require(Permission.EVALUATION_READ)
FILE_LIMIT = 20 * 1024 * 1024
MEDIA = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl"}


async def uploaded(file: UploadFile) -> bytes:
    """The bytes of a file of questions. Raises QuestionFileUnreadable when it is too large."""
    data = await file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise QuestionFileUnreadable(row=0)
    return data


@router.get("/sets", dependencies=[reader])
async def show_sets(tools: Tools) -> SetList:
    """Every set of regression questions, by name."""
    return SetList(items=[SetView.of(one) for one in await service.list_sets(tools.database)])


@router.post("/sets", status_code=201)
async def create_set(body: SetBody, response: Response, tools: Tools, actor: Writer) -> SetView:
    """A new, empty set; 409 `regression_set_exists` when the name is taken."""
    made = await service.add_set(tools.database, body.name.strip(), body.description, actor)
    response.headers["Location"] = f"/api/v1/regression/sets/{made.id}"
    return SetView.of(made)


@router.get("/sets/{set_id}", dependencies=[reader])
async def show_set(set_id: UUID, tools: Tools) -> SetView:
    """One set."""
    return SetView.of(await service.get_set(tools.database, set_id))


@router.put("/sets/{set_id}")
async def rename_set(set_id: UUID, body: SetBody, tools: Tools, actor: Writer) -> SetView:
    """Another name and description."""
    return SetView.of(await service.change_set(tools.database, set_id, body.name.strip(), body.description, actor))


@router.delete("/sets/{set_id}", status_code=204)
async def delete_set(set_id: UUID, tools: Tools, actor: Writer) -> None:
    """Removes a set with its questions; its runs stay."""
    await service.remove_set(tools.database, set_id, actor)


@router.get("/sets/{set_id}/questions", dependencies=[reader])
async def show_questions(
    set_id: UUID,
    tools: Tools,
    q: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[Limit, Query()] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[QuestionView]:
    """Questions of a set, oldest first; `q` must occur in the question."""
    await service.get_set(tools.database, set_id)
    words = q.replace("\x00", "").strip()
    found = await service.list_questions(
        tools.database, set_id, words=words, after=id_in_cursor(cursor), limit=limit + 1
    )
    following = encode_cursor(str(found[limit - 1].id)) if len(found) > limit else None
    return Page(items=[QuestionView.of(one) for one in found[:limit]], next_cursor=following)


@router.post("/sets/{set_id}/questions", status_code=201)
async def create_questions(set_id: UUID, body: NewQuestions, tools: Tools, actor: Writer) -> AddedQuestions:
    """Adds questions; those the set has already are left as they are."""
    asked = [one.question() for one in body.questions]
    added = await service.add_questions(tools.database, set_id, asked, Origin(body.origin), actor)
    return AddedQuestions(question_ids=added, known=len(asked) - len(added))


@router.post("/import/{set_id}")
async def import_questions(
    set_id: UUID, tools: Tools, actor: Writer, file: Annotated[UploadFile, File()]
) -> AddedQuestions:
    """Adds the questions of a CSV, XLSX or JSON lines file, all or none."""
    asked = await read_questions(file.filename or "", await uploaded(file), tools.sheets)
    added = await service.add_questions(tools.database, set_id, asked, Origin.IMPORT, actor)
    return AddedQuestions(question_ids=added, known=len(asked) - len(added))


@router.get("/sets/{set_id}/export", dependencies=[reader], response_class=Response)
async def export_questions(set_id: UUID, tools: Tools, format: Literal["csv", "jsonl"] = "jsonl") -> Response:
    """All questions of a set as a file that can be imported again."""
    await service.get_set(tools.database, set_id)
    found = await service.list_questions(tools.database, set_id)
    data = csv_bytes(question_rows(found)) if format == "csv" else question_lines(found)
    headers = {"Content-Disposition": f'attachment; filename="regression.{format}"', "Cache-Control": "no-store"}
    return Response(data, media_type=MEDIA[format], headers=headers)


@router.get("/questions/{question_id}", dependencies=[reader])
async def show_question(question_id: UUID, tools: Tools) -> QuestionView:
    """One question."""
    return QuestionView.of(await service.get_question(tools.database, question_id))


@router.put("/questions/{question_id}")
async def change_question(question_id: UUID, body: ChangedQuestion, tools: Tools, actor: Writer) -> QuestionView:
    """Replaces it; 409 `regression_question_changed` when someone else has changed it since."""
    return QuestionView.of(
        await service.change_question(tools.database, question_id, body.question(), body.version, actor)
    )


@router.delete("/questions/{question_id}", status_code=204)
async def delete_question(question_id: UUID, tools: Tools, actor: Writer) -> None:
    """Removes it; runs keep what they asked."""
    await service.remove_question(tools.database, question_id, actor)


@router.get("/gate", dependencies=[reader])
async def show_gate(tools: Tools) -> GateBody:
    """What the gate allows."""
    return GateBody.of(await service.gate_rules(tools.database))


@router.put("/gate")
async def change_gate(body: GateBody, tools: Tools, actor: Writer) -> GateBody:
    """Other rules; before and after stand in the audit trail."""
    return GateBody.of(await service.change_gate(tools.database, body.rules(), actor))
