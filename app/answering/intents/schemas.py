"""Shapes on the wire of intents."""

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from app.answering.intents.book import IntentBook
from app.answering.intents.classifier import Report
from app.answering.intents.domain import IntentCard, IntentKind, IntentVersion, Tried
from app.kernel.wire import CleanText, Moment, VisibleText, Wire

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,50}$")]
Name = Annotated[VisibleText, Field(max_length=60)]


class IntentBody(Wire):
    """One intent with its examples."""

    key: Key
    kind: IntentKind
    name_zh: Name
    name_en: Name
    enabled: bool = True
    examples: list[Annotated[CleanText, Field(max_length=200)]] = Field(max_length=1_000)

    def card(self) -> IntentCard:
        """As the room knows it."""
        return IntentCard(self.key, self.kind, self.name_zh, self.name_en, tuple(self.examples), self.enabled)

    @classmethod
    def of(cls, card: IntentCard) -> "IntentBody":
        """From the room."""
        return cls(
            key=card.key,
            kind=card.kind,
            name_zh=card.name_zh,
            name_en=card.name_en,
            enabled=card.enabled,
            examples=list(card.examples),
        )


class IntentsBody(Wire):
    """The whole list. number: the version it was made from; with_model null: as before."""

    number: Annotated[int, Field(ge=0)]
    intents: list[IntentBody] = Field(max_length=100)
    with_model: bool | None = None


class IntentsView(Wire):
    """The list in force; number 0: built in.

    with_model: the chat model reads turns too; model: its name, if there is one.
    """

    number: int
    intents: list[IntentBody]
    with_model: bool
    model: str | None = None

    @classmethod
    def of(cls, version: IntentVersion, model: str | None = None) -> "IntentsView":
        """From the room."""
        intents = [IntentBody.of(card) for card in version.cards]
        return cls(number=version.number, intents=intents, with_model=version.with_model, model=model)


class IntentVersionView(Wire):
    """Who saved what when."""

    number: int
    intents: int
    examples: int
    note: str
    created_by: str
    created_at: Moment

    @classmethod
    def of(cls, version: IntentVersion) -> "IntentVersionView":
        """From the room."""
        return cls(
            number=version.number,
            intents=len(version.cards),
            examples=sum(len(card.examples) for card in version.cards),
            note=version.note,
            created_by=version.created_by,
            created_at=version.created_at,
        )


class IntentVersionList(Wire):
    """The newest versions."""

    items: list[IntentVersionView]


class RollBack(Wire):
    """to: an earlier version, 0 the built-in one; number: the version seen."""

    to: Annotated[int, Field(ge=0)]
    number: Annotated[int, Field(ge=0)]


class TryBody(Wire):
    """A text to read; intents: an unsaved list to read it with; with_model: the chat model reads it as well."""

    text: Annotated[VisibleText, Field(max_length=4_000)]
    intents: list[IntentBody] | None = Field(None, max_length=100)
    with_model: bool = False


class LikelyView(Wire):
    """An intent and how likely it is."""

    key: str
    score: float


class NearView(Wire):
    """An example that is like the text."""

    text: str
    key: str
    likeness: float


class TriedView(Wire):
    """How a text is understood. key null: no guess was likely enough. by: pattern, examples or model.

    failed: why the model, though asked, did not read it.
    """

    key: str | None
    kind: IntentKind | None
    by: str
    threshold: float
    likely: list[LikelyView]
    nearest: list[NearView]
    slots: dict[str, str]
    sentiment: str
    ms: float
    failed: str | None = None

    @classmethod
    def of(cls, tried: Tried, by: str, kind: IntentKind | None, ms: float, failed: str | None = None) -> "TriedView":
        """From the room; kind: what the turn comes to, patterns included."""
        reading = tried.reading
        return cls(
            key=reading.label,
            kind=kind,
            by=by,
            threshold=reading.threshold,
            likely=[LikelyView(key=one.label, score=one.score) for one in reading.likely],
            nearest=[NearView(text=one.text, key=one.label, likeness=one.likeness) for one in tried.nearest],
            slots=dict(reading.slots),
            sentiment=reading.sentiment.value,
            ms=round(ms, 2),
            failed=failed,
        )


class ConfusionBody(Wire):
    """intents: an unsaved list; null: the one in force."""

    intents: list[IntentBody] | None = Field(None, max_length=100)


class ConfusionCell(Wire):
    """How often one intent's held-out examples were taken for another."""

    meant: str
    taken: str
    count: int


class ConfusionView(Wire):
    """From examples that each fit had left out. Rates in [0, 1]; believed: share of guesses above the threshold."""

    keys: list[str]
    cells: list[ConfusionCell]
    examples: int
    accuracy: float
    macro_f1: float
    believed: float
    right_of_believed: float
    threshold: float

    @classmethod
    def of(cls, book: IntentBook) -> "ConfusionView":
        """From a fitted book; zeros when there is too little to learn from."""
        fitted = book.classifier
        report = fitted.report() if fitted else Report()
        told = fitted.confusion if fitted else []
        return cls(
            keys=list(fitted.labels) if fitted else [],
            cells=[ConfusionCell(meant=meant, taken=taken, count=count) for meant, taken, count in told],
            threshold=fitted.threshold if fitted else 0.0,
            **asdict(report),
        )


class IntentsReport(Wire):
    """What an import changes, or changed."""

    dry_run: bool
    added: list[str]
    changed: list[str]
    removed: list[str]
    intents: IntentsView
