"""Wire shapes of the guard."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.answering.guard.domain import (
    LONGEST_BANKED,
    LONGEST_WORD,
    MOST_ALLOWED,
    MOST_BANKED,
    MOST_HOSTS,
    MOST_WORDS,
    Attacks,
    Banked,
    Expects,
    Ground,
    GuardSettings,
    GuardVersion,
    Links,
    Outcome,
    Verdict,
)
from app.answering.guard.service import BankRow
from app.answering.guard.words import Action, Listed
from app.kernel.wire import CleanText, VisibleText, Wire

ActionName = Literal["log", "mask", "hand_over", "block"]
Host = Annotated[CleanText, Field(max_length=120, pattern=r"^\s*[A-Za-z0-9.-]*\s*$")]


class WordBody(Wire):
    """A listed word."""

    word: Annotated[VisibleText, Field(max_length=LONGEST_WORD)]
    category: Annotated[CleanText, Field(max_length=40)] = ""
    action: ActionName = "block"


class BankedBody(Wire):
    """A question that must be refused, or must never be refused by the guard."""

    text: Annotated[VisibleText, Field(max_length=LONGEST_BANKED)]
    expects: Literal["refuse", "answer"]
    category: Annotated[CleanText, Field(max_length=40)] = ""


class SettingsBody(Wire):
    """Everything staff set."""

    words: Annotated[list[WordBody], Field(max_length=MOST_WORDS)]
    allowed: Annotated[list[Annotated[CleanText, Field(max_length=80)]], Field(max_length=MOST_ALLOWED)]
    hosts: Annotated[
        list[Annotated[CleanText, Field(max_length=120, pattern=r"^\s*[A-Za-z0-9.-]*\s*$")]],
        Field(max_length=MOST_HOSTS),
    ]
    attacks: Attacks
    bank: Annotated[list[BankedBody], Field(max_length=MOST_BANKED)]
    classifier: bool = False
    links: Links = "published"

    def settings(self) -> GuardSettings:
        """To the domain."""
        return GuardSettings(
            tuple(Listed(one.word, one.category, Action(one.action)) for one in self.words),
            tuple(self.allowed),
            tuple(self.hosts),
            self.attacks,
            tuple(Banked(one.text, Expects(one.expects), one.category) for one in self.bank),
            self.classifier,
            self.links,
        )

    @classmethod
    def of(cls, settings: GuardSettings) -> "SettingsBody":
        """From the domain."""
        return cls(
            words=[WordBody(word=w.word, category=w.category, action=w.action.value) for w in settings.words],
            allowed=list(settings.allowed),
            hosts=list(settings.hosts),
            attacks=settings.attacks,
            bank=[BankedBody(text=one.text, expects=one.expects.value, category=one.category) for one in settings.bank],
            classifier=settings.classifier,
            links=settings.links,
        )


class SaveBody(Wire):
    """Settings to keep. seen: the version they were made from."""

    settings: SettingsBody
    seen: Annotated[int, Field(ge=0)]


class RollBack(Wire):
    """Back to version `to`; `seen` is the present one."""

    to: Annotated[int, Field(ge=0)]
    seen: Annotated[int, Field(ge=0)]


class GuardView(Wire):
    """The settings in force; version 0 comes with the program."""

    number: int
    settings: SettingsBody

    @classmethod
    def of(cls, version: GuardVersion) -> "GuardView":
        """From the domain."""
        return cls(number=version.number, settings=SettingsBody.of(version.settings))


class VersionView(Wire):
    """Who changed the guard when, and how large it was then."""

    number: int
    action: str
    created_by: str
    created_at: datetime | None
    words: int
    bank: int

    @classmethod
    def of(cls, version: GuardVersion) -> "VersionView":
        """From the domain."""
        return cls(
            number=version.number,
            action=version.action,
            created_by=version.created_by,
            created_at=version.created_at,
            words=len(version.settings.words),
            bank=len(version.settings.bank),
        )


class VersionList(Wire):
    """Newest first."""

    items: list[VersionView]


class TestBody(Wire):
    """A text to try, with settings that are not saved yet or those in force."""

    text: Annotated[VisibleText, Field(max_length=4_000)]
    settings: SettingsBody | None = None


class SpanView(Wire):
    """Something found, and where."""

    start: int
    end: int
    kind: Literal["word", "attack", "personal"]
    what: str
    action: str


class TestView(Wire):
    """What becomes of a text, what was found in it, as it would be masked, and how long that took."""

    action: Outcome
    why: Ground
    because: list[str]
    spans: list[SpanView]
    masked: str
    ms: float

    @classmethod
    def of(cls, verdict: Verdict, personal: list[SpanView], masked: str, ms: float) -> "TestView":
        """From the domain."""
        words = [
            SpanView(start=start, end=end, kind="word", what=category or word, action=action)
            for start, end, word, category, action in verdict.words
        ]
        attacks = [
            SpanView(start=start, end=end, kind="attack", what=attack, action=verdict.action)
            for start, end, attack in verdict.attacks
        ]
        spans = sorted([*words, *attacks, *personal], key=lambda span: span.start)
        return cls(
            action=verdict.action,
            why=verdict.why,
            because=list(verdict.because),
            spans=spans,
            masked=masked,
            ms=ms,
        )


class BankRowView(Wire):
    """A banked question and whether it does what the bank expects."""

    text: str
    expects: Literal["refuse", "answer"]
    category: str
    refused: bool
    passed: bool

    @classmethod
    def of(cls, row: BankRow) -> "BankRowView":
        """From the domain."""
        return cls(
            text=row.banked.text,
            expects=row.banked.expects.value,
            category=row.banked.category,
            refused=row.refused,
            passed=row.passed,
        )


class BankView(Wire):
    """How the bank does: of those that must be refused and of those that must be answered, how many do."""

    refuse: int
    refused: int
    answer: int
    answered: int
    failing: list[BankRowView]


class WordsReport(Wire):
    """What a file says; nothing is saved until the settings are."""

    words: list[WordBody]
    bad_rows: list[int]
