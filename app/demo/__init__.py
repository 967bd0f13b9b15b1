"""The demo company 星河数码 / Nebula Digital: its documents, FAQs and staff, written by us, as data to load."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCE_PREFIX = "demo/"
TAG = "demo"
REGRESSION_SET = "星河数码 · Nebula Digital"

__all__ = [
    "FOLDER",
    "REGRESSION_SET",
    "SOURCE_PREFIX",
    "TAG",
    "DemoDocument",
    "DemoFaq",
    "DemoStaff",
    "demo_documents",
    "demo_faqs",
    "demo_regression",
    "demo_staff",
]


@dataclass(frozen=True)
class DemoDocument:
    """A file of the demo company; `source` is the stable name it is stored under, beginning with `demo/`."""

    source: str
    title: str
    locale: str
    path: Path

    @property
    def file_name(self) -> str:
        """The name a member of staff would have given the file."""
        return f"{self.title}{self.path.suffix}"


@dataclass(frozen=True)
class DemoFaq:
    """A curated answer in one language; `sources` name the documents (`zh/warranty`) its facts come from."""

    id: str
    locale: str
    questions: list[str]
    answer: str
    tags: list[str]
    sources: list[str]


@dataclass(frozen=True)
class DemoStaff:
    """An account of the demo company; the password is made when it is created."""

    email: str
    name: str
    name_en: str
    role: str


def demo_documents() -> list[DemoDocument]:
    """Every document of the demo company, the most important first."""
    listed = json.loads((FOLDER / "documents.json").read_text("utf-8"))
    return [
        DemoDocument(
            SOURCE_PREFIX + entry["path"], entry["title"], entry["locale"], FOLDER / "documents" / entry["path"]
        )
        for entry in listed
    ]


def demo_faqs() -> Iterator[DemoFaq]:
    """Every curated answer, one per language."""
    with (FOLDER / "faqs.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield DemoFaq(**json.loads(line))


def demo_regression() -> bytes:
    """The regression questions, as JSON lines."""
    return (FOLDER / "regression.jsonl").read_bytes()


def demo_staff() -> list[DemoStaff]:
    """The people of the demo company, the admin first."""
    listed = json.loads((FOLDER / "company.json").read_text("utf-8"))["staff"]
    return [DemoStaff(entry["email"], entry["name"]["zh"], entry["name"]["en"], entry["role"]) for entry in listed]
