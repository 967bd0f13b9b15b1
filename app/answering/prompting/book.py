"""The prompts in force, compiled: rules, examples and the question's form in each language, and their versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Template, TemplateError

from app.answering.domain import Language
from app.answering.prompting.domain import (
    ANSWER,
    CARDS,
    LANGUAGES,
    QUESTION,
    AnswerSettings,
    Example,
    PromptText,
    PromptVersion,
    TemplateName,
)
from app.answering.prompting.form import compiled, rendered
from app.kernel.logging import get_logger
from app.model_registry import ChatMessage

log = get_logger(__name__)
_FOLDER = Path(__file__).with_name("built_in")
BUILT_IN_NUMBER = 0


@dataclass(frozen=True)
class Source:
    """A passage as it stands in the prompt; its number is its position."""

    heading: str
    page: int | None
    body: str


@dataclass(frozen=True, eq=False)
class Compiled:
    """One template ready to be rendered, and the examples shown with it."""

    number: int
    template: Template
    examples: tuple[Example, ...]


@cache
def built_in_text(name: TemplateName, language: Language) -> PromptText:
    """What comes with the program."""
    return PromptText((_FOLDER / f"{name}.{language}.jinja").read_text("utf-8"))


@dataclass(frozen=True, eq=False)
class PromptBook:
    """Every template in force, and how answers end."""

    templates: Mapping[tuple[TemplateName, Language], Compiled]
    settings: AnswerSettings = field(default_factory=AnswerSettings)
    settings_number: int = 0
    _rules: dict[tuple[Language, str], str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        versions: Sequence[PromptVersion] = (),
        settings: AnswerSettings | None = None,
        settings_number: int = 0,
    ) -> "PromptBook":
        """From the active versions; what has none, or one that is of no use any more, is built in."""
        templates = {
            (name, language): Compiled(BUILT_IN_NUMBER, compiled(built_in_text(name, language).body), ())
            for name in CARDS
            for language in LANGUAGES
        }
        for version in versions:
            try:
                template = compiled(version.text.body)
            except TemplateError:
                log.error("prompt_of_no_use", name=version.name, language=version.language, number=version.number)
                continue
            if (version.name, version.language) in templates:
                ready = Compiled(version.number, template, version.text.examples)
                templates[version.name, version.language] = ready
        return cls(templates, settings or AnswerSettings(), settings_number)

    def rules(self, language: Language, company: str) -> str:
        """What the model is told first; rendered once per company."""
        if (language, company) not in self._rules:
            self._rules[language, company] = rendered(self.templates[ANSWER, language].template, {"company": company})
        return self._rules[language, company]

    def asked(self, language: Language, sources: Sequence[Source], question: str, rewritten: str | None) -> str:
        """The sources and the question as one message."""
        values = {"sources": sources, "question": question, "rewritten": rewritten}
        return rendered(self.templates[QUESTION, language].template, values)

    def examples(self, language: Language) -> tuple[ChatMessage, ...]:
        """The turns shown before the conversation, in the form real ones have."""
        shown: list[ChatMessage] = []
        for example in self.templates[ANSWER, language].examples:
            sources = [Source("", None, body) for body in example.sources]
            shown.append(ChatMessage("user", self.asked(language, sources, example.question, None)))
            shown.append(ChatMessage("assistant", example.answer))
        return tuple(shown)

    def version(self, language: Language) -> str:
        """Which prompts an answer was made with: `answer.zh@3 question.zh@built-in`, and the settings if changed."""
        parts = [
            f"{name}.{language}@{self.templates[name, language].number or 'built-in'}" for name in (ANSWER, QUESTION)
        ]
        if self.settings_number:
            parts.append(f"settings@{self.settings_number}")
        return " ".join(parts)


BUILT_IN = PromptBook.of()
