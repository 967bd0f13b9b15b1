"""Is Kefu alive, is it ready, and its figures for Prometheus."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.accounts.access import public
from app.analytics.health import HealthTools, readiness
from app.kernel.web import render, tool
from app.kernel.wire import Wire

router = APIRouter(tags=["operations"])


class Health(Wire):
    """`ok`, or what is missing."""

    status: str
    parts: dict[str, str] = {}


@router.get("/healthz", dependencies=[public])
async def alive() -> Health:
    """200 while the process answers at all."""
    return Health(status="ok")


@router.get("/readyz", dependencies=[public])
async def ready(response: Response, tools: Annotated[HealthTools, tool(HealthTools)]) -> Health:
    """200 when the stores answer, else 503; each part says `ok` or what is wrong."""
    parts = await readiness(tools)
    good = all(state == "ok" for state in parts.values())
    response.status_code = 200 if good else 503
    return Health(status="ok" if good else "unready", parts=parts)


@dataclass(frozen=True)
class ApiPage:
    """The page that describes the API needs nothing but its script."""


@router.get("/docs", dependencies=[public], include_in_schema=False)
async def api_docs(request: Request) -> Response:
    """The API described for people, drawn from /openapi.json by a script of our own server."""
    return render(request, "operations/docs.html", ApiPage())


@router.get("/metrics", dependencies=[public])
async def metrics() -> Response:
    """Counters and histograms in Prometheus' text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
