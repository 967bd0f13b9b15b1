"""Wire shapes of material and of how datasets are made."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.kernel.texts import LOCALES, Locale
from app.kernel.wire import CleanText, VisibleText, Wire
from app.training.collect import Previewed
from app.training.datasets.recipe import Recipe
from app.training.domain import Provenance, Source, Split
from app.training.material.domain import FileShape, Import, Mapping, Material, MaterialState, ReadFile

Share = Annotated[float, Field(ge=0, le=0.9)]
Path = Annotated[str, Field(max_length=200, pattern=r"^[\w.\- ]*$")]
Names = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=20)]
SHOWN = 200


class RecipeForm(Wire):
    """How a dataset is made; what is left out keeps its default."""

    sources: Annotated[list[Source], Field(min_length=1)] = list(Source)
    languages: Annotated[list[Locale], Field(min_length=1)] = list(LOCALES)
    longest_question: Annotated[int, Field(ge=1, le=20_000)] = Recipe.longest_question
    shortest_answer: Annotated[int, Field(ge=1, le=1_000)] = Recipe.shortest_answer
    longest_answer: Annotated[int, Field(ge=1, le=20_000)] = Recipe.longest_answer
    near: Annotated[float, Field(ge=0.5, le=1)] = Recipe.near
    least_quality: Annotated[float, Field(ge=0, le=1)] = Recipe.least_quality
    validation_share: Annotated[float, Field(ge=0, le=0.4)] = Recipe.validation_share
    test_share: Annotated[float, Field(ge=0, le=0.4)] = Recipe.test_share
    base_share: Share = Recipe.base_share
    base_floor: Annotated[int, Field(ge=0, le=10_000)] = Recipe.base_floor
    votes_per_customer: Annotated[int, Field(ge=0, le=100)] = Recipe.votes_per_customer
    synthetic_share: Annotated[float, Field(ge=0, le=0.5)] = Recipe.synthetic_share
    paraphrases: bool = Recipe.paraphrases
    sensitive_words: Annotated[list[Annotated[VisibleText, Field(max_length=60)]], Field(max_length=1_000)] = []

    def recipe(self) -> Recipe:
        """As the room knows it."""
        return Recipe.from_dict(self.model_dump(mode="json"))


class Rules(Wire):
    """The recipe of the next version, and how many people must agree on a row of material."""

    recipe: RecipeForm = RecipeForm()
    reviewers: Annotated[int, Field(ge=1, le=3)] = 1


class RowView(Wire):
    """A row in a preview, shortened; against: the row it lost to, or what was found in it."""

    source: Source
    question: str
    answer: str
    code: str = ""
    against: str = ""


class StepView(Wire):
    """One step: how many rows came in and went on, how many were changed, what was dropped and why."""

    name: str
    before: int
    after: int
    changed: int
    codes: dict[str, int]
    examples: list[RowView]


class PreviewView(Wire):
    """What the next version would be. looked_at, of: lessons; fewer than there are where there are many."""

    rows: int
    looked_at: int
    of_lessons: int
    steps: list[StepView]
    by_source: dict[str, int]
    by_split: dict[str, int]
    samples: list[RowView]
    suspects: list[dict[str, Any]]

    @classmethod
    def of(cls, found: Previewed) -> Self:
        """The counts with a few rows each."""
        ready = found.ready
        sources = [one.source.value for one in ready.lessons]
        return cls(
            rows=len(ready.lessons),
            looked_at=found.looked_at,
            of_lessons=found.of,
            steps=[
                StepView(
                    **step.as_dict(),
                    examples=[
                        RowView(
                            source=one.lesson.source,
                            question=one.lesson.question[:SHOWN],
                            answer=one.lesson.answer[:SHOWN],
                            code=one.code,
                            against=one.against[:SHOWN],
                        )
                        for one in step.examples
                    ],
                )
                for step in ready.steps
            ],
            by_source={name: sources.count(name) for name in sorted(set(sources))},
            by_split={split.value: ready.splits.count(split) for split in Split},
            samples=[
                RowView(source=one.source, question=one.question[:SHOWN], answer=one.answer[:SHOWN])
                for one in ready.lessons[:20]
            ],
            suspects=[vars(one) for one in ready.suspects],
        )


class OriginView(Wire):
    """Where a row of a version comes from."""

    place: int
    sha256: str
    source: Source
    source_id: UUID
    conversation_id: UUID | None
    split: Split
    approved_by: str
    approved_at: datetime | None

    @classmethod
    def of(cls, row: Provenance) -> Self:
        """The row as the contract shows it."""
        return cls(**asdict(row))


class MappingForm(Wire):
    """How to read a layout of your own; paths are member names joined by dots."""

    rows: Path = ""
    turns: Path = ""
    text: Path = "content"
    role: Path = ""
    customer: Names = list(Mapping.customer)
    agent: Names = list(Mapping.agent)
    question: Path = ""
    answer: Path = ""

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.turns and not (self.question and self.answer):
            raise ValueError("name the turns, or the question and the answer")
        return self

    def mapping(self) -> Mapping:
        """As the room knows it."""
        values: dict[str, Any] = {
            name: tuple(one) if isinstance(one, list) else one for name, one in self.model_dump().items()
        }
        return Mapping(**values)


class RefusalView(Wire):
    """A row that is not taken."""

    line: int
    code: str


class LookView(Wire):
    """What a file holds: its layout, the members of its first row, pairs, and rows refused."""

    shape: FileShape
    keys: list[str]
    pairs: int
    refused: int
    samples: list[RowView]
    refusals: list[RefusalView]

    @classmethod
    def of(cls, read: ReadFile) -> Self:
        """The first few of each."""
        return cls(
            shape=read.shape,
            keys=read.keys,
            pairs=len(read.drafts),
            refused=len(read.refusals),
            samples=[
                RowView(source=Source.IMPORT, question=one.question[:SHOWN], answer=one.answer[:SHOWN])
                for one in read.drafts[:5]
            ],
            refusals=[RefusalView(line=one.line, code=one.code) for one in read.refusals[:50]],
        )


class ImportView(Wire):
    """A file that was read in."""

    import_id: UUID
    file_name: str
    shape: FileShape
    is_base: bool
    taken: int
    known: int
    refused: int
    refusals: list[RefusalView]
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, found: Import, most: int = 50) -> Self:
        """The file as the contract shows it."""
        refusals = [RefusalView(**one) for one in found.refusals[:most]]
        return cls.mirroring(found, import_id=found.id, refusals=refusals)


class OpinionView(Wire):
    """What one person said of a row."""

    by: str
    accept: bool
    answer: str
    note: str
    at: datetime


class MaterialView(Wire):
    """A row with its reviews."""

    material_id: UUID
    source: Source
    question: str
    answer: str
    history: list[dict[str, str]]
    locale: str
    intent: str
    state: MaterialState
    said_by: str
    line: int
    conversation_id: UUID | None
    created_at: datetime
    opinions: list[OpinionView]

    @classmethod
    def of(cls, row: Material) -> Self:
        """The row as the contract shows it."""
        opinions = [OpinionView.mirroring(one, by=one.staff_name) for one in row.opinions]
        return cls.mirroring(row, material_id=row.id, history=list(row.history), opinions=opinions)


class ReviewForm(Wire):
    """One person's word on a row; a text replaces the row's."""

    accept: bool
    question: Annotated[VisibleText, Field(max_length=4_000)] | None = None
    answer: Annotated[VisibleText, Field(max_length=20_000)] | None = None
    intent: Annotated[CleanText, Field(max_length=60)] | None = None
    note: Annotated[CleanText, Field(max_length=500)] = ""


class MaterialOverview(Wire):
    """Rows by state; how many two people saw, on how many they agreed, and Cohen's kappa (null: fewer than five)."""

    by_state: dict[str, int]
    seen_by_two: int
    agreed: int
    kappa: float | None
    reviewers: int


class Collected(Wire):
    """How many replies are new."""

    added: int


class ErasureForm(Wire):
    """Conversations nothing may be learnt from any more."""

    conversation_ids: Annotated[list[UUID], Field(min_length=1, max_length=1_000)]


class ErasureView(Wire):
    """What an erasure reached: versions withdrawn, models marked."""

    datasets: list[UUID]
    models: list[UUID]
