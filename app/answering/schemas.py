"""The shapes of the OpenAI-compatible door: requests read leniently, as that protocol's clients expect."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.answering.domain import Citation
from app.kernel.wire import CleanText, Wire


class TextPart(BaseModel):
    """One part of a message given in parts; parts other than text are passed over."""

    model_config = ConfigDict(extra="ignore")

    type: str
    text: CleanText = ""


class CompletionMessage(BaseModel):
    """One message. A system message is taken as no instruction: the bot keeps its own rules."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: CleanText | list[TextPart] | None = None

    @property
    def words(self) -> str:
        """The text of the message."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream tells besides text."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class Reader(Wire):
    """For whom the answer is, and where it is asked."""

    audience: Literal["public", "signed_in", "staff"] | None = None
    tier: Annotated[CleanText, Field(max_length=50)] | None = None
    channel: Annotated[CleanText, Field(max_length=50)] = "api"


class CompletionRequest(BaseModel):
    """A chat completion request; sampling parameters are accepted and have no effect.

    `kefu_reader` is our own member: without it the answer holds only what the public may read.
    """

    model_config = ConfigDict(extra="ignore")

    messages: list[CompletionMessage] = Field(min_length=1, max_length=200)
    model: str = "kefu"
    stream: bool = False
    stream_options: StreamOptions | None = None
    user: str | None = Field(None, max_length=200)
    kefu_reader: Reader = Reader()


def citation_json(source: Citation) -> dict[str, Any]:
    """A citation as integrators get it."""
    return {
        "number": source.number,
        "document_id": source.document_id,
        "faq_id": source.faq_id,
        "chunk_id": source.chunk_id,
        "title": source.title,
        "heading_path": list(source.heading_path),
        "page": source.page,
        "quote": source.quote,
    }
