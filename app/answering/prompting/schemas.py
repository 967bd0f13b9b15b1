"""Wire shapes of prompting."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from app.answering.domain import Language
from app.answering.prompting.domain import (
    CARDS,
    LONGEST_BODY,
    LONGEST_EXAMPLE,
    MOST_EXAMPLES,
    MOST_TOKENS,
    AnswerSettings,
    Example,
    Problem,
    PromptText,
    PromptVersion,
    TemplateName,
    VersionState,
)
from app.answering.prompting.service import Template
from app.answering.prompting.tokens import estimate_tokens
from app.kernel.texts import text
from app.kernel.wire import CleanText, Wire


class ExampleBody(Wire):
    """One example: sources, question and the answer as it should be."""

    sources: Annotated[list[Annotated[CleanText, Field(max_length=LONGEST_EXAMPLE)]], Field(max_length=8)]
    question: Annotated[CleanText, Field(max_length=LONGEST_EXAMPLE)]
    answer: Annotated[CleanText, Field(max_length=LONGEST_EXAMPLE)]


class TextBody(Wire):
    """What a version says."""

    body: Annotated[CleanText, Field(max_length=2 * LONGEST_BODY)]
    examples: Annotated[list[ExampleBody], Field(max_length=2 * MOST_EXAMPLES)] = []

    def text(self) -> PromptText:
        """To the domain."""
        examples = tuple(Example(tuple(one.sources), one.question, one.answer) for one in self.examples)
        return PromptText(self.body.replace("\r\n", "\n"), examples)


class DraftBody(TextBody):
    """A draft to keep. seen: the revision of the draft it was made from, 0 when there was none."""

    note: Annotated[CleanText, Field(max_length=300)] = ""
    seen: Annotated[int, Field(ge=0)]


class Seen(Wire):
    """The revision of the draft that is meant."""

    seen: Annotated[int, Field(ge=0)]


class RollBack(Wire):
    """Back to a version; 0 is the built-in one."""

    to: Annotated[int, Field(ge=0)]


class VariableView(Wire):
    """A name a template may use, with what each part of a list has."""

    name: str
    required: bool
    items: list[str]


class ProblemView(Wire):
    """Why a template cannot be used."""

    code: str
    detail: str
    line: int | None

    @classmethod
    def of(cls, problem: Problem, locale: str) -> "ProblemView":
        """In the reader's language."""
        return cls(
            code=problem.code, detail=text(f"prompts.{problem.code}", locale, **problem.values), line=problem.line
        )


class VersionView(Wire):
    """A version; state `built_in` is what comes with the program."""

    number: int
    state: VersionState
    body: str
    examples: list[ExampleBody]
    note: str
    revision: int
    created_by: str
    created_at: datetime | None
    activated_by: str | None
    activated_at: datetime | None

    @classmethod
    def of(cls, version: PromptVersion, state: VersionState | None = None) -> "VersionView":
        """From the domain."""
        examples = [ExampleBody.model_validate(one.as_dict()) for one in version.text.examples]
        return cls(
            number=version.number,
            state=state or version.state,
            body=version.text.body,
            examples=examples,
            note=version.note,
            revision=version.revision,
            created_by=version.created_by,
            created_at=version.created_at,
            activated_by=version.activated_by,
            activated_at=version.activated_at,
        )


class TemplateView(Wire):
    """A template in one language, with what it may use and what it costs."""

    name: TemplateName
    language: Language
    active: VersionView
    draft: VersionView | None
    variables: list[VariableView]
    phrases: list[str]
    takes_examples: bool
    tokens: int
    most_tokens: int

    @classmethod
    def of(cls, template: Template) -> "TemplateView":
        """From the domain."""
        card = CARDS[template.name]
        body = template.active.text
        tokens = estimate_tokens(body.body) + sum(
            estimate_tokens("\n".join([*one.sources, one.question, one.answer])) for one in body.examples
        )
        return cls(
            name=template.name,
            language=template.language,
            active=VersionView.of(template.active, "active"),
            draft=VersionView.of(template.draft) if template.draft else None,
            variables=[VariableView(name=v.name, required=v.required, items=list(v.items)) for v in card.variables],
            phrases=list(card.phrases),
            takes_examples=card.examples,
            tokens=tokens,
            most_tokens=MOST_TOKENS,
        )


class Budgets(Wire):
    """Tokens a model is given and may give, from the settings of the program, each with its variable's name."""

    context_tokens: int
    max_tokens: int
    temperature: float
    variables: dict[str, str]


class TemplateList(Wire):
    """Every template, and the budgets they share."""

    items: list[TemplateView]
    budgets: Budgets


class VersionList(Wire):
    """Newest first, the built-in one last."""

    items: list[VersionView]


class CheckView(Wire):
    """What is wrong with a text, or what the model would read, and what that costs."""

    problems: list[ProblemView]
    rendered: str
    tokens: int
    most_tokens: int = MOST_TOKENS


class SettingsBody(Wire):
    """How answers end. seen: the number it was made from."""

    unsupported: Literal["drop", "mark"]
    follow_ups: bool
    seen: Annotated[int, Field(ge=0)]

    def settings(self) -> AnswerSettings:
        """To the domain."""
        return AnswerSettings(self.unsupported, self.follow_ups)


class SettingsView(Wire):
    """How answers end."""

    number: int
    unsupported: Literal["drop", "mark"]
    follow_ups: bool

    @classmethod
    def of(cls, found: tuple[int, AnswerSettings]) -> "SettingsView":
        """From the domain."""
        values: dict[str, Any] = found[1].as_dict()
        return cls(number=found[0], **values)
