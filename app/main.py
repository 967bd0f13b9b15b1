"""Builds the web application: tools in lifespan state, middleware, error rendering, one line per router."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as StarletteHTTPException

from app import __version__
from app.accounts import admin_pages as accounts_admin_pages
from app.accounts import pages as accounts_pages
from app.accounts import routes as accounts_routes
from app.accounts.audit import routes as audit_routes
from app.accounts.keys import routes as keys_routes
from app.accounts.second_factor import routes as second_factor_routes
from app.accounts.single_sign_on import pages as sso_pages
from app.accounts.staffing import routes as staff_routes
from app.analytics import routes as analytics_routes
from app.answering import routes as completion_routes
from app.answering.cache import routes as answer_cache_routes
from app.answering.guard import pages as guard_pages
from app.answering.guard import routes as guard_routes
from app.answering.intents import pages as intents_pages
from app.answering.intents import routes as intents_routes
from app.answering.prompting import pages as prompts_pages
from app.answering.prompting import routes as prompts_routes
from app.answering.tools import pages as tools_pages
from app.answering.tools import routes as tools_routes
from app.conversations import Answerer, ConversationTools, answering_process
from app.conversations import pages as conversations_pages
from app.conversations import routes as conversations_routes
from app.conversations.attachments import routes as attachment_routes
from app.escalation import pages as escalation_pages
from app.escalation import routes as escalation_routes
from app.escalation.aftercare import pages as aftercare_pages
from app.escalation.assignment import routes as assignment_routes
from app.escalation.calendars import routes as calendar_routes
from app.escalation.canned import pages as canned_pages
from app.escalation.inspection import pages as inspection_pages
from app.escalation.inspection import routes as inspection_routes
from app.escalation.lists import pages as desk_list_pages
from app.escalation.overview import pages as overview_pages
from app.escalation.presence import routes as presence_routes
from app.escalation.queues import pages as queues_pages
from app.escalation.queues import routes as queues_routes
from app.escalation.rules import pages as rules_pages
from app.escalation.rules import routes as rules_routes
from app.escalation.sla import pages as service_level_pages
from app.escalation.sla import routes as service_level_routes
from app.escalation.traces import pages as trace_pages
from app.escalation.traces import routes as trace_routes
from app.evaluation import pages as evaluation_pages
from app.evaluation.answers import routes as answer_evaluation_routes
from app.evaluation.routes import hit_test as hit_test_routes
from app.evaluation.routes import prompts as prompt_trial_routes
from app.evaluation.routes import questions as regression_routes
from app.evaluation.routes import runs as evaluation_routes
from app.feedback import pages as feedback_pages
from app.feedback import routes as feedback_routes
from app.feedback.corrections import routes as correction_routes
from app.feedback.gaps import routes as gap_routes
from app.jobs import routes as jobs_routes
from app.kernel.errors import (
    AppError,
    render_app_error,
    render_http_error,
    render_unexpected,
    render_validation_error,
)
from app.kernel.logging import configure_logging
from app.kernel.middleware import BodyLimit, RequestFrame, upload_limit
from app.kernel.settings import Settings, load_settings
from app.kernel.web import FRONTEND, Draining
from app.knowledge import admin_pages as knowledge_admin_pages
from app.knowledge import faq_pages as knowledge_faq_pages
from app.knowledge import pages as source_pages
from app.knowledge.bases import pages as bases_pages
from app.knowledge.bases import routes as bases_routes
from app.knowledge.drafts import routes as draft_routes
from app.knowledge.editing import routes as chunk_routes
from app.knowledge.embedding import pages as embedders_pages
from app.knowledge.embedding import routes as embedders_routes
from app.knowledge.faq_bulk import routes as faq_bulk_routes
from app.knowledge.faq_exchange import routes as faq_exchange_routes
from app.knowledge.faq_pairs import routes as faq_pairs_routes
from app.knowledge.feeds import pages as feed_pages
from app.knowledge.feeds import routes as feed_routes
from app.knowledge.parsing import routes as parsing_routes
from app.knowledge.routes import documents as document_routes
from app.knowledge.routes import faqs as faqs_routes
from app.knowledge.routes import search as search_routes
from app.knowledge.shelf import routes as shelf_routes
from app.knowledge.words import pages as words_pages
from app.knowledge.words import routes as words_routes
from app.model_registry import price_routes as model_price_routes
from app.model_registry import routes as model_routes
from app.training import pages as training_pages
from app.training import routes as training_routes
from app.training.building import routes as building_routes
from app.training.comparison import routes as comparison_routes
from app.training.customers import pages as customer_data_pages
from app.training.customers import routes as customer_data_routes
from app.training.judging import routes as judging_routes
from app.training.material import routes as material_routes
from app.training.rollout import routes as rollout_routes
from app.training.scheduling import routes as scheduling_routes
from app.training.teaching import routes as teaching_routes
from app.wiring import Switchboard, switchboard

ROUTERS = (
    # first, since routes are tried in order and customers call it most
    conversations_routes.router,
    attachment_routes.router,
    feedback_pages.router,
    training_pages.router,
    evaluation_pages.router,
    hit_test_routes.router,
    regression_routes.router,
    prompt_trial_routes.router,
    intents_routes.router,
    intents_pages.router,
    prompts_routes.router,
    prompts_pages.router,
    guard_routes.router,
    guard_pages.router,
    evaluation_routes.router,
    answer_evaluation_routes.router,
    desk_list_pages.router,
    queues_pages.router,
    rules_pages.router,
    canned_pages.router,
    aftercare_pages.router,
    overview_pages.router,
    service_level_pages.router,
    inspection_pages.router,
    escalation_pages.router,
    trace_pages.router,
    trace_routes.router,
    knowledge_admin_pages.router,
    knowledge_faq_pages.router,
    words_pages.router,
    bases_pages.router,
    analytics_routes.router,
    accounts_routes.router,
    keys_routes.router,
    second_factor_routes.router,
    sso_pages.router,
    staff_routes.router,
    audit_routes.router,
    accounts_admin_pages.router,
    bases_routes.router,
    embedders_routes.router,
    embedders_pages.router,
    # before the FAQs, whose addresses end in an id
    faq_exchange_routes.router,
    faq_pairs_routes.router,
    words_routes.router,
    faq_bulk_routes.router,
    faqs_routes.router,
    search_routes.router,
    accounts_pages.router,
    conversations_pages.router,
    jobs_routes.router,
    shelf_routes.router,
    document_routes.router,
    draft_routes.router,
    parsing_routes.router,
    chunk_routes.router,
    source_pages.router,
    feed_pages.router,
    feed_routes.router,
    escalation_routes.router,
    # before the models, whose addresses end in an id
    comparison_routes.router,
    judging_routes.router,
    rollout_routes.router,
    assignment_routes.router,
    presence_routes.router,
    queues_routes.router,
    rules_routes.router,
    calendar_routes.router,
    inspection_routes.router,
    service_level_routes.router,
    model_routes.router,
    model_price_routes.router,
    completion_routes.router,
    tools_pages.router,
    tools_routes.router,
    answer_cache_routes.router,
    feedback_routes.router,
    correction_routes.router,
    gap_routes.router,
    # before the datasets, whose addresses end in an id
    material_routes.router,
    building_routes.router,
    teaching_routes.router,
    customer_data_routes.router,
    customer_data_pages.router,
    training_routes.router,
    scheduling_routes.router,
)
BODY_LIMIT = 256 * 1024
UPLOAD_PATHS = (
    "/api/v1/documents",
    "/api/v1/faqs/import",
    "/api/v1/words/import",
    "/api/v1/guard",
    "/api/v1/regression/import",
    "/api/v1/evaluations/batch",
    "/api/v1/answer-evaluations",
    "/api/v1/datasets/imports",
    "/api/v1/tools/openapi",
)


def serve_app() -> FastAPI:
    """The application for a process of its own: what was loaded until now is kept out of the collector's sight.

    A full collection would walk a million objects that never become garbage, in the middle of somebody's answer.
    """
    app = create_app()
    gc.collect()
    gc.freeze()
    gc.enable()
    return app


def create_app(settings: Settings | None = None, *, answerer: Answerer | None = None) -> FastAPI:
    """The ASGI application; settings come from the environment unless given, so does who answers."""
    chosen = settings or load_settings()
    configure_logging(chosen.log_level)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        draining = Draining()
        with draining.watching():
            async with switchboard(chosen, answerer) as board, answering_process(board.tools[ConversationTools]):
                yield {"tools": {**board.tools, Switchboard: board}, "draining": draining}

    app = FastAPI(
        title="Kefu",
        version=__version__,
        description="Customer service that answers from your own documents.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        exception_handlers={
            AppError: render_app_error,
            RequestValidationError: render_validation_error,
            StarletteHTTPException: render_http_error,
            Exception: render_unexpected,
        },
    )
    app.add_middleware(
        RequestFrame,
        otherwise=BodyLimit(BODY_LIMIT),
        uploads=(
            upload_limit(chosen.upload_limit_mb, "document_too_large", *UPLOAD_PATHS),
            upload_limit(
                chosen.attachment_limit_mb, "attachment_too_large", "/api/v1/conversations/", ending="/attachments"
            ),
        ),
    )
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=FRONTEND / "dist", check_dir=False), name="static")
    return app
