"""robots.txt as RFC 9309 has it: our own group or that of everybody, the longest rule, the delay asked for."""

from dataclasses import dataclass

from app.knowledge.feeds.addresses import fits

LARGEST = 500 * 1024
MOST_RULES = 5_000
LONGEST_DELAY_S = 30.0


@dataclass(frozen=True)
class Robots:
    """What a site asks of robots like us. rules: (pattern, allowed)."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay_s: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path may be fetched; the longest fitting rule decides, `allow` in a tie."""
        best = (-1, True)
        for pattern, allowed in self.rules:
            if fits(pattern, path):
                best = max(best, (len(pattern), allowed))
        return best[1]


EVERYTHING = Robots()
NOTHING = Robots((("/", False),))


def read_robots(text: str, agent: str) -> Robots:
    """agent: our name as the User-Agent header begins with."""
    name = agent.split("/")[0].split(" ")[0].lower()
    own: list[tuple[str, str]] = []
    everybody: list[tuple[str, str]] = []
    named: list[str] = []
    in_rules = seen_own = False
    for line in text.splitlines()[: 4 * MOST_RULES]:
        field, colon, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if not colon:
            continue
        if field == "user-agent":
            named = [*([] if in_rules else named), value.lower()]
            in_rules = False
            seen_own = seen_own or value.lower() == name
        elif field in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            if name in named:
                own.append((field, value))
            if "*" in named:
                everybody.append((field, value))
    return _robots(own if seen_own else everybody)


def _robots(lines: list[tuple[str, str]]) -> Robots:
    rules = tuple((value, field == "allow") for field, value in lines if field != "crawl-delay" and value)
    delays = [_seconds(value) for field, value in lines if field == "crawl-delay"]
    return Robots(rules[:MOST_RULES], max(delays, default=0.0))


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return min(seconds, LONGEST_DELAY_S) if seconds > 0 else 0.0  # "nan" is never greater
