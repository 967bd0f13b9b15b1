"""What the guard starts with: a short list of words, and questions that must be refused or answered."""

import json
from functools import cache
from pathlib import Path

from app.answering.guard.domain import GuardSettings


@cache
def built_in_settings() -> GuardSettings:
    """Version 0."""
    return GuardSettings.from_dict(json.loads(Path(__file__).with_name("settings.json").read_text("utf-8")))
