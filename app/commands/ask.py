"""`kefu ask TEXT`: one question on the path live answers take, the answer as it comes, its sources below."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.accounts import Company
from app.answering import (
    AnsweringTools,
    Cited,
    Delta,
    Failed,
    Finished,
    Question,
    Replaced,
    Started,
    answer,
    company_of,
)
from app.commands.workplace import with_switchboard
from app.kernel.texts import pick_locale
from app.wiring import Switchboard

Tell = Callable[[str], None]


def ask(data_dir: Path | None, text: str, locale: str | None, tell: Tell) -> dict[str, Any]:
    """Answers and gives {question, text, outcome, composer, citations, suggestions, code}; `tell` gets what streams.

    After a retraction `tell` gets a new line and the text that stands instead.
    """

    async def work(board: Switchboard) -> dict[str, Any]:
        tools: AnsweringTools = board.tools[AnsweringTools]
        chosen = pick_locale(locale, board.settings.default_locale)
        question = Question(text, chosen, company=company_of(board.tools[Company]), channel="web")
        found: dict[str, Any] = {"question": text}
        async for event in answer(tools, question):
            match event:
                case Started(composer):
                    found["composer"] = composer.value
                case Delta(piece):
                    tell(piece)
                case Replaced(whole):
                    tell("\n" + whole)
                case Cited():
                    pass
                case Finished() | Failed():
                    found |= _ending(event)
        return found

    return with_switchboard(data_dir, work)


def _ending(event: Finished | Failed) -> dict[str, Any]:
    if isinstance(event, Failed):
        return {"text": event.text, "outcome": "failed", "code": event.code, "citations": [], "suggestions": []}
    return {
        "text": event.text,
        "outcome": event.outcome.value,
        "composer": event.composer.value,
        "citations": [
            {
                "number": one.number,
                "document_id": str(one.document_id) if one.document_id else None,
                "faq_id": str(one.faq_id) if one.faq_id else None,
                "title": one.title,
                "heading_path": list(one.heading_path),
                "page": one.page,
                "quote": one.quote,
            }
            for one in event.citations
        ],
        "suggestions": list(event.suggestions),
    }
