"""The company Kefu speaks for: its names, assistant, greeting, hours, colour and logo, from one JSON file."""

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field

from app.kernel.settings import PROJECT_ROOT, Settings
from app.kernel.texts import Locale

DEMO_FILE = PROJECT_ROOT / "app" / "demo" / "company.json"
COLOUR = re.compile(r"^#[0-9A-Fa-f]{6}$")


class Twin(BaseModel):
    """The same words in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str

    def read(self, locale: Locale | str) -> str:
        """The words a reader of this locale reads."""
        return self.en if locale.startswith("en") else self.zh


class TwinList(BaseModel):
    """Lists of sentences in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: list[str]
    en: list[str]

    def read(self, locale: Locale | str) -> list[str]:
        """The sentences a reader of this locale reads."""
        return self.en if locale.startswith("en") else self.zh


class Hours(BaseModel):
    """When people are there: days 1 (Monday) to 7, times HH:MM in the company's time zone."""

    model_config = ConfigDict(frozen=True)

    timezone: str = "Asia/Shanghai"
    days: list[int] = [1, 2, 3, 4, 5]
    open: str = "09:00"
    close: str = "18:00"
    reply_by: str = "10:30"


class Company(BaseModel):
    """Everything a page or a prompt says about the company. Source: KEFU_COMPANY_FILE, else the demo company."""

    model_config = ConfigDict(frozen=True)

    name: Twin
    support_name: Twin
    assistant: Twin
    topics: Twin
    business: Twin
    greeting: Twin
    suggestions: TwinList
    hours: Hours = Hours()
    accent: Annotated[str, Field(pattern=COLOUR.pattern)] = "#0B6963"
    logo: str | None = None
    email: str | None = None
    folder: Path = Path(".")

    @cached_property
    def logo_svg(self) -> bytes | None:
        """The logo's bytes, or None."""
        path = self.folder / self.logo if self.logo else None
        return path.read_bytes() if path and path.is_file() else None


def load_company(settings: Settings) -> Company:
    """Reads the company file. Raises FileNotFoundError or pydantic.ValidationError, which stop the start."""
    path = settings.company_file or DEMO_FILE
    return Company(**{**orjson.loads(path.read_bytes()), "folder": path.parent})
