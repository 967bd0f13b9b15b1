"""Customers ask for a person in a hundred ways, and talk of people in a hundred others."""

from pathlib import Path

import pytest

from app.answering.wants_person import wants_person


def phrases(name: str) -> list[str]:
    return Path(__file__).with_name(name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("phrase", phrases("asks_for_a_person.txt"))
def test_this_asks_for_a_person(phrase: str) -> None:
    assert wants_person(phrase)


@pytest.mark.parametrize("phrase", phrases("asks_for_something_else.txt"))
def test_this_does_not(phrase: str) -> None:
    assert not wants_person(phrase)
