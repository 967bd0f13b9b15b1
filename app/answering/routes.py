"""The OpenAI-compatible door for integrators: answers from the knowledge base, with citations in an extra member."""

import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from app.accounts import Company, Permission, Principal
from app.accounts.access import require
from app.answering.domain import Delta, Failed, Finished, Question, Replaced, Turn, company_of
from app.answering.pipeline import AnsweringTools, answer
from app.answering.schemas import CompletionRequest, citation_json
from app.kernel.errors import AppError, Invalid, request_locale
from app.kernel.ids import new_id
from app.kernel.texts import text
from app.kernel.web import event_stream, tool
from app.knowledge import Audience, audience_for

MODEL = "kefu"
LONGEST_QUESTION = 4_000
KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    422: "invalid_request_error",
    429: "rate_limit_error",
}


class QuestionMissing(Invalid):
    """The last message is not a customer's, or has nothing to read in it."""

    code, status = "question_missing", 400


class QuestionTooLong(Invalid):
    """The last message is longer than a customer's message may be."""

    code, status = "question_too_long", 400


class UnknownModel(AppError):
    """There is one model here, and it is called otherwise."""

    code, status = "unknown_model", 404


class OpenAIRoute(APIRoute):
    """Tells errors the way clients of that protocol read them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except AppError as error:
                sentence = error.sentence(request_locale(request))
                response = _error(error.status, error.code, sentence)
                if error.retry_after_s is not None:
                    response.headers["Retry-After"] = str(max(1, error.retry_after_s))
                return response
            except RequestValidationError as error:
                field = ".".join(str(part) for part in error.errors()[0]["loc"][1:])
                sentence = text("errors.invalid_request", request_locale(request))
                return _error(400, "invalid_request", sentence, field or None)

        return handle


router = APIRouter(prefix="/v1", tags=["openai"], route_class=OpenAIRoute)
Tools = Annotated[AnsweringTools, tool(AnsweringTools)]
Profile = Annotated[Company, tool(Company)]
Caller = Annotated[Principal, require(Permission.ANSWERING_COMPLETION_CREATE)]


def _error_body(status: int, code: str, sentence: str, param: str | None = None) -> dict[str, Any]:
    kind = KINDS.get(status, "server_error")
    return {"error": {"message": sentence, "type": kind, "param": param, "code": code}}


def _error(status: int, code: str, sentence: str, param: str | None = None) -> Response:
    return JSONResponse(_error_body(status, code, sentence, param), status_code=status)


@router.get("/models", dependencies=[require(Permission.ANSWERING_COMPLETION_CREATE)])
async def list_models() -> dict[str, Any]:
    """The one model there is: Kefu itself."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "kefu"}]}


@router.post(
    "/chat/completions",
    response_model=None,
    responses={200: {"description": "A chat.completion, or a stream of chat.completion.chunk events."}},
)
async def complete(
    form: CompletionRequest, request: Request, tools: Tools, profile: Profile, principal: Caller
) -> Response:
    """Answers the last message from the knowledge base; the messages before it are the conversation so far.

    Whatever the key's role, only from what the public may read, unless `kefu_reader` says for whom the answer is:
    `{"audience": "signed_in", "tier": "gold"}`, or `"staff"` with a key of the role agent or above.
    """
    if form.model != MODEL:
        raise UnknownModel(model=form.model[:80])
    audience = audience_for(principal, form.kefu_reader.audience, Audience.PUBLIC)
    question = _question(form, request, company_of(profile), audience)
    if form.stream:
        usage = form.stream_options is not None and form.stream_options.include_usage
        return event_stream(request, _chunks(tools, question, usage))
    ended: Finished | Failed | None = None
    async with aclosing(answer(tools, question)) as events:
        async for event in events:
            if isinstance(event, Finished | Failed):
                ended = event
    assert ended is not None, "an answer ends"
    if isinstance(ended, Failed):
        return _error(503, ended.code, ended.text)
    return Response(orjson.dumps(_completion(ended)), media_type="application/json")


def _question(form: CompletionRequest, request: Request, company: Any, audience: Audience) -> Question:
    spoken = [message for message in form.messages if message.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user" or not spoken[-1].words.strip():
        raise QuestionMissing
    if len(spoken[-1].words) > LONGEST_QUESTION:
        raise QuestionTooLong(limit=LONGEST_QUESTION, length=len(spoken[-1].words))
    history = tuple(
        Turn("customer" if message.role == "user" else "bot", message.words[:LONGEST_QUESTION])
        for message in spoken[:-1]
    )
    return Question(
        spoken[-1].words,
        request_locale(request),
        history,
        audience,
        company,
        tier=form.kefu_reader.tier,
        channel=form.kefu_reader.channel,
    )


def _kefu(ended: Finished) -> dict[str, Any]:
    return {
        "outcome": ended.outcome.value,
        "composer": ended.composer.value,
        "citations": [citation_json(source) for source in ended.citations],
        "suggestions": list(ended.suggestions),
    }


def _usage(ended: Finished) -> dict[str, int]:
    used = ended.usage
    return {
        "prompt_tokens": used.prompt_tokens,
        "completion_tokens": used.completion_tokens,
        "total_tokens": used.prompt_tokens + used.completion_tokens,
    }


def _completion(ended: Finished) -> dict[str, Any]:
    message = {"role": "assistant", "content": ended.text}
    return {
        "id": f"chatcmpl-{new_id().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(ended),
        "kefu": _kefu(ended),
    }


async def _chunks(tools: AnsweringTools, question: Question, with_usage: bool) -> AsyncGenerator[bytes, None]:
    """Chunks in the protocol's shape. It cannot take text back, so a retraction follows as a new paragraph."""
    head = {"id": f"chatcmpl-{new_id().hex}", "object": "chat.completion.chunk", "created": int(time.time())}

    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return b"data: " + orjson.dumps({**head, "model": MODEL, "choices": choices, **more}) + b"\n\n"

    yield chunk({"role": "assistant", "content": ""})
    said = ""
    async with aclosing(answer(tools, question)) as events:
        async for event in events:
            match event:
                case Delta(piece):
                    said += piece
                    yield chunk({"content": piece})
                case Replaced(whole) if not said.startswith(whole):
                    said += "\n\n" + whole
                    yield chunk({"content": "\n\n" + whole})
                case Failed():
                    yield b"data: " + orjson.dumps(_error_body(503, event.code, event.text)) + b"\n\n"
                case Finished():
                    yield chunk({}, "stop", kefu={**_kefu(event), "text": event.text})
                    if with_usage:
                        empty = {**head, "model": MODEL, "choices": [], "usage": _usage(event)}
                        yield b"data: " + orjson.dumps(empty) + b"\n\n"
                case _:
                    pass
    yield b"data: [DONE]\n\n"
