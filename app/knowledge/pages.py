"""The page behind a citation: opens in a plain tab, and its address alone says that it may be seen."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.accounts import Company
from app.accounts.access import public, slowed
from app.kernel.limits import Allowance
from app.kernel.web import as_download, page_locale, render, tool
from app.knowledge.document_errors import SourceGone
from app.knowledge.document_tools import DocumentTools
from app.knowledge.documents import get_document
from app.knowledge.feeds import find_origin
from app.knowledge.parsing.pages import page_picture
from app.knowledge.sources import Source, find_source, open_link

router = APIRouter(prefix="/sources", include_in_schema=False)
Tools = Annotated[DocumentTools, tool(DocumentTools)]
FILES = Allowance("source_files", per_minute=240)  # by address: drawing a page takes a process, a file its size


@dataclass(frozen=True)
class SourcePage:
    """The source, where its file can be had, and the web address it was fetched from."""

    company_name: str
    source: Source
    download: str | None
    address: str
    origin: str | None = None


@router.get("/{token}", dependencies=[public])
async def source_page(
    token: str,
    request: Request,
    tools: Tools,
    company: Annotated[Company, tool(Company)],
    page: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> Response:
    """The cited passage, marked, in the middle of its document; `page`: another page of its picture."""
    link = await open_link(tools, token)
    source = await find_source(tools, link, page)
    download = f"/sources/{token}/file" if source.file_name else None
    name = company.name.read(page_locale(request))
    origin = await find_origin(tools.database, link.document_id) if link.document_id else None
    page_shown = SourcePage(name, source, download, f"/sources/{token}", origin)
    return render(request, "knowledge/source.html", page_shown)


@router.get("/{token}/pages/{page}.png", dependencies=[public, slowed(FILES)])
async def source_picture(
    token: str,
    page: Annotated[int, Path(ge=1, le=100_000)],
    tools: Tools,
    width: Annotated[int, Query(ge=100, le=4_000)] = 800,
) -> Response:
    """A page of the document as a picture; whoever may have the file may see its pages."""
    link = await open_link(tools, token)
    if link.document_id is None:
        raise SourceGone
    document = await get_document(tools, link.document_id)
    picture = await page_picture(tools, document, page, width)
    return Response(picture, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/{token}/file", dependencies=[public, slowed(FILES)])
async def source_file(token: str, tools: Tools) -> Response:
    """The original file, always as a download: nothing in it can run on our pages."""
    link = await open_link(tools, token)
    if link.document_id is None:
        raise SourceGone
    document = await get_document(tools, link.document_id)
    try:
        data = await tools.blobs.get(document.blob_key)
    except FileNotFoundError:
        raise SourceGone from None
    headers = {
        "Content-Disposition": as_download(document.file_name),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "sandbox",
    }
    return Response(data, media_type="application/octet-stream", headers=headers)
