"""JSON routes of documents: upload, a preview of one, and delete."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, Json, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect

from app.accounts import Permission, Principal
from app.accounts.access import require
from app.kernel.web import tool
from app.kernel.wire import VisibleText, Wire
from app.knowledge.document_errors import DocumentMissing, UploadBroken
from app.knowledge.document_schemas import AcceptedDocument
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import accept_document, delete_document
from app.knowledge.parsing.schemas import ParseSettingsIn, TrialView
from app.knowledge.parsing.trial import try_upload

router = APIRouter(prefix="/api/v1/documents", tags=["documents"])
Tools = Annotated[DocumentTools, tool(DocumentTools)]
Writer = Annotated[Principal, require(Permission.KNOWLEDGE_WRITE)]
UPLOAD_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "base_id": {"type": "string", "format": "uuid"},
                        "source": {"type": "string", "maxLength": 1000},
                        "settings": {
                            "type": "string",
                            "description": "How it is to be cut, as JSON with the fields of ParseSettingsIn.",
                        },
                    },
                    "additionalProperties": False,
                }
            }
        },
    }
}


class UploadFields(Wire):
    """What may come with the file."""

    base_id: UUID | None = None
    source: Annotated[VisibleText, Field(max_length=1_000)] | None = None
    settings: Json[ParseSettingsIn] | None = None


@asynccontextmanager
async def _form(request: Request) -> AsyncIterator[FormData]:
    """The upload form, read only after the caller was let in. Raises UploadBroken."""
    try:
        form = await request.form(max_files=2, max_fields=8)
    except (StarletteHTTPException, ClientDisconnect):
        raise UploadBroken from None
    try:
        yield form
    finally:
        await form.close()


def _file(form: FormData) -> UploadFile:
    files = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    if len(files) != 1:
        raise DocumentMissing
    return files[0]


def _fields(form: FormData) -> UploadFields:
    values: dict[str, Any] = {name: value for name, value in form.multi_items() if name != "file"}
    try:
        return UploadFields.model_validate({n: v for n, v in values.items() if v != ""})
    except ValidationError as error:
        found = [{**item, "loc": ("body", *item["loc"])} for item in error.errors(include_input=False)]
        raise RequestValidationError(found) from None


@router.post("", status_code=202, openapi_extra=UPLOAD_FORM)
async def upload(request: Request, response: Response, tools: Tools, principal: Writer) -> AcceptedDocument:
    """Takes one file in the form field `file`; reading it in goes on as a job."""
    async with _form(request) as form:
        file, fields = _file(form), _fields(form)
        accepted = await accept_document(
            tools,
            file_name=file.filename,
            data=file.file,
            base_id=fields.base_id,
            source=fields.source,
            settings=fields.settings.settings() if fields.settings else None,
            actor=principal,
        )
    response.headers["Location"] = f"/api/v1/documents/{accepted.document_id}"
    return AcceptedDocument(document_id=accepted.document_id, job_id=accepted.job_id, duplicate=accepted.duplicate)


@router.post("/preview", openapi_extra=UPLOAD_FORM)
async def preview(request: Request, tools: Tools, principal: Writer) -> TrialView:
    """How the same upload would be cut with its `settings`; nothing is written."""
    async with _form(request) as form:
        file, fields = _file(form), _fields(form)
        settings = (fields.settings or ParseSettingsIn()).settings()
        return TrialView.of(await try_upload(tools, file.filename, file.file, settings))


@router.delete("/{document_id}", status_code=204)
async def delete(document_id: UUID, tools: Tools, principal: Writer) -> None:
    """Takes a document out of search at once."""
    await delete_document(tools, document_id, principal)
