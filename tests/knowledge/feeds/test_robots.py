"""robots.txt as RFC 9309 has it."""

import time

import pytest

from app.knowledge.feeds.robots import read_robots

RULES = """
# made by hand
User-agent: googlebot
User-agent: KefuBot
Disallow: /private/   # not this
Allow: /private/faq
Disallow: /*.pdf$
Disallow: /search?*q=
Crawl-delay: 2.5

User-agent: *
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True), ("/private", True), ("/private/", False), ("/private/x", False), ("/private/faq", True),
        ("/a.pdf", False), ("/a.pdf?x=1", True), ("/search?q=1", False), ("/search?a=1&q=1", False), ("/search", True),
    ],
)  # fmt: skip
def test_the_longest_rule_of_our_own_group_decides(path: str, allowed: bool) -> None:
    assert read_robots(RULES, "KefuBot/1.0 (+https://example.com)").allows(path) is allowed


def test_somebody_without_a_group_of_its_own_obeys_that_of_everybody() -> None:
    assert not read_robots(RULES, "Other/1.0").allows("/")


@pytest.mark.parametrize("text", ["", "nonsense", "\x00\xff", "Disallow: /", "User-agent: *\nDisallow:", "<html>"])
def test_what_forbids_nothing_allows_everything(text: str) -> None:
    assert read_robots(text, "KefuBot/1.0").allows("/anything")


@pytest.mark.parametrize(("said", "delay"), [("2.5", 2.5), ("900", 30.0), ("-3", 0.0), ("nan", 0.0), ("soon", 0.0)])
def test_the_delay_asked_for_is_kept_within_reason(said: str, delay: float) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {said}", "KefuBot").delay_s == delay


def test_a_hostile_file_costs_no_time() -> None:
    stars = "User-agent: *\n" + "\n".join("Disallow: " + "*a" * 200 + "$" for _ in range(500))
    began = time.process_time()
    read_robots(stars, "KefuBot").allows("/" + "a" * 800)
    assert time.process_time() - began < 1
