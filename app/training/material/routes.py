"""JSON and file routes of material and of how datasets are made."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import ValidationError

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.paging import Limit, Page, id_in_cursor, page_of
from app.kernel.web import tool
from app.training.collect import change_recipe, current_recipe, preview
from app.training.domain import Source
from app.training.erasure import forget_conversations
from app.training.errors import MappingUnreadable, TrainingFileTooLarge
from app.training.material.domain import FileShape, MaterialState
from app.training.material.schemas import (
    Collected,
    ErasureForm,
    ErasureView,
    ImportView,
    LookView,
    MappingForm,
    MaterialOverview,
    MaterialView,
    PreviewView,
    RecipeForm,
    ReviewForm,
    Rules,
)
from app.training.material.service import (
    FileOrder,
    Word,
    collect_replies,
    get_import,
    import_file,
    list_imports,
    list_material,
    look_into,
    overview,
    review,
)
from app.training.tools import TrainingTools

router = APIRouter(prefix="/api/v1", tags=["training"])
Tools = Annotated[TrainingTools, tool(TrainingTools)]
Teacher = Annotated[Principal, require(Permission.TRAINING_WRITE)]
Reviewer = Annotated[Principal, require(Permission.FEEDBACK_CORRECTION_REVIEW)]
reader = require(Permission.TRAINING_READ)
PageLimit = Annotated[Limit, Query()]
Cursor = Annotated[str | None, Query(max_length=200)]
FILE_LIMIT = 64 * 1024 * 1024


@router.get("/datasets/rules", dependencies=[reader])
async def show_rules(tools: Tools) -> Rules:
    """The recipe of the next version."""
    recipe, reviewers = await current_recipe(tools)
    return Rules(recipe=RecipeForm(**recipe.as_dict()), reviewers=reviewers)


@router.put("/datasets/rules")
async def put_rules(form: Rules, tools: Tools, author: Teacher) -> Rules:
    """Changes it; versions that exist keep theirs."""
    await change_recipe(tools, form.recipe.recipe(), form.reviewers, author)
    return form


@router.post("/datasets/preview", dependencies=[reader])
async def show_preview(tools: Tools, form: RecipeForm | None = None) -> PreviewView:
    """What the next version would be, step by step; with a recipe: what it would be with that one. Keeps nothing."""
    return PreviewView.of(await preview(tools, None if form is None else form.recipe()))


@router.post("/datasets/imports", status_code=201)
async def take_file(
    response: Response,
    tools: Tools,
    author: Teacher,
    file: Annotated[UploadFile, File()],
    shape: Annotated[FileShape | None, Form()] = None,
    mapping: Annotated[str | None, Form(max_length=4_000)] = None,
    is_base: Annotated[bool, Form()] = False,
    reviewed: Annotated[bool, Form()] = False,
) -> ImportView:
    """Reads in a file of up to 64 MB and 200,000 rows: ChatGLM `conversations`, ShareGPT, Alpaca, OpenAI messages, or
    any layout a mapping tells. Its rows wait for review unless `reviewed`; `is_base` marks old knowledge to mix in."""
    order = await _order(file, shape, mapping, is_base, reviewed)
    made = await import_file(tools, order, author)
    response.headers["Location"] = f"/api/v1/datasets/imports/{made.id}"
    return ImportView.of(made)


@router.post("/datasets/imports/look")
async def look_at_file(
    author: Teacher,
    file: Annotated[UploadFile, File()],
    shape: Annotated[FileShape | None, Form()] = None,
    mapping: Annotated[str | None, Form(max_length=4_000)] = None,
) -> LookView:
    """What a file holds, read with a mapping if one is given; keeps nothing."""
    return LookView.of(await look_into(await _order(file, shape, mapping, False, False)))


async def _order(
    file: UploadFile, shape: FileShape | None, mapping: str | None, is_base: bool, reviewed: bool
) -> FileOrder:
    data = await file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise TrainingFileTooLarge(limit=FILE_LIMIT // (1024 * 1024))
    told = None
    if mapping:
        try:
            told = MappingForm.model_validate(orjson.loads(mapping)).mapping()
        except (ValueError, ValidationError):
            raise MappingUnreadable from None
    elif shape is FileShape.MAPPED:
        raise MappingUnreadable
    return FileOrder(file.filename or "file", data, shape, told, is_base, reviewed)


@router.get("/datasets/imports", dependencies=[reader])
async def show_imports(tools: Tools, limit: PageLimit = 20, cursor: Cursor = None) -> Page[ImportView]:
    """Files read in, newest first."""
    found = await list_imports(tools, id_in_cursor(cursor), limit + 1)
    return page_of(found, limit, ImportView.of, lambda one: one.id)


@router.get("/datasets/imports/{import_id}", dependencies=[reader])
async def show_import(import_id: UUID, tools: Tools) -> ImportView:
    """One file with the rows it refused, a thousand at most."""
    return ImportView.of(await get_import(tools, import_id), most=1_000)


@router.post("/datasets/replies")
async def take_replies(tools: Tools, author: Teacher) -> Collected:
    """Collects colleagues' replies in conversations wrapped up as resolved, for review."""
    return Collected(added=await collect_replies(tools, author))


@router.get("/datasets/material", dependencies=[reader])
async def show_material(
    tools: Tools,
    state: Annotated[list[MaterialState], Query()] = [],  # noqa: B006  # FastAPI copies it
    source: Source | None = None,
    limit: PageLimit = 20,
    cursor: Cursor = None,
) -> Page[MaterialView]:
    """Rows to review and reviewed, oldest first."""
    found = await list_material(tools, tuple(state), source, id_in_cursor(cursor), limit + 1)
    return page_of(found, limit, MaterialView.of, lambda one: one.id)


@router.get("/datasets/material/overview", dependencies=[reader])
async def show_overview(tools: Tools) -> MaterialOverview:
    """How much waits, and how reviewers agree."""
    by_state, agreement = await overview(tools)
    _, reviewers = await current_recipe(tools)
    return MaterialOverview(
        by_state=by_state,
        seen_by_two=agreement.rows,
        agreed=agreement.agreed,
        kappa=agreement.kappa,
        reviewers=reviewers,
    )


@router.post("/datasets/material/{material_id}/reviews")
async def say_of_row(material_id: UUID, form: ReviewForm, tools: Tools, reviewer: Reviewer) -> MaterialView:
    """One person's word on a row, perhaps with a better wording; again replaces it while the row waits."""
    word = Word(form.accept, form.question, form.answer, form.intent, form.note)
    return MaterialView.of(await review(tools, material_id, word, reviewer))


@router.post("/training/erasures")
async def erase(form: ErasureForm, tools: Tools, actor: Teacher) -> ErasureView:
    """Forgets conversations: their rows drop out, versions with them are withdrawn, models that saw them marked."""
    reached = await forget_conversations(tools, form.conversation_ids, actor)
    return ErasureView(datasets=list(reached.datasets), models=list(reached.models))
