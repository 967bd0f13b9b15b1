"""What the rules say before anybody looks: greeting, forbidden words, reply time, unanswered questions, sources."""

from collections.abc import Sequence
from itertools import pairwise

from app.conversations import Message
from app.escalation.inspection.domain import Check, Criterion, Finding, Form, Mark, Part, Plan

ANSWERS = frozenset({"answered", "faq"})


def pre_score(form: Form, part: Part, said: Sequence[Message]) -> tuple[Finding, ...]:
    """Findings for the criteria of a part that have a rule; nothing where the rule has nothing to say."""
    found = (_finding(one, form.plan, part, said) for one in form.of(part) if one.check is not None)
    return tuple(one for one in found if one is not None)


def _finding(criterion: Criterion, plan: Plan, part: Part, said: Sequence[Message]) -> Finding | None:
    own = [one for one in said if one.role == part.value]
    match criterion.check:
        case Check.GREETING:
            return _greeting(criterion.key, plan, own)
        case Check.FORBIDDEN:
            return _forbidden(criterion.key, plan, own)
        case Check.REPLY_TIME:
            return _reply_time(criterion.key, plan, part, said)
        case Check.UNANSWERED:
            return _unanswered(criterion.key, part, said)
        case Check.GROUNDED:
            return _grounded(criterion.key, own)
    return None


def _greeting(key: str, plan: Plan, own: Sequence[Message]) -> Finding | None:
    if not own:
        return None
    first = own[0].text.lower()
    greeted = any(word.strip().lower() in first for word in plan.greetings)
    return Finding(key, Mark.YES if greeted else Mark.NO, own[0].text[:80])


def _forbidden(key: str, plan: Plan, own: Sequence[Message]) -> Finding:
    hits = [word for word in plan.forbidden for one in own if word.lower() in one.text.lower()]
    return Finding(key, Mark.NO if hits else Mark.YES, "、".join(dict.fromkeys(hits)))


def _reply_time(key: str, plan: Plan, part: Part, said: Sequence[Message]) -> Finding | None:
    gaps = [
        (other.created_at - one.created_at).total_seconds()
        for one, other in pairwise(said)
        if one.role == "customer" and other.role == part.value
    ]
    if not gaps:
        return None
    longest = round(max(gaps))
    return Finding(key, Mark.YES if longest <= plan.reply_within_s else Mark.NO, f"{longest} s")


def _unanswered(key: str, part: Part, said: Sequence[Message]) -> Finding | None:
    if part is Part.BOT:
        answers = [one for one in said if one.role == "bot" and one.outcome]
        refused = [one for one in answers if one.outcome in ("refused", "failed")]
        if not answers:
            return None
        mark = Mark.NO if len(refused) == len(answers) else Mark.PARTLY if refused else Mark.YES
        return Finding(key, mark, f"{len(answers) - len(refused)} / {len(answers)}")
    spoken = [one for one in said if one.role in ("customer", "agent")]
    if not spoken or spoken[-1].role == "agent":
        return None
    asks = spoken[-1].text.rstrip().endswith(("?", "？", "吗", "呢"))
    return Finding(key, Mark.NO, spoken[-1].text[:80]) if asks else None


def _grounded(key: str, own: Sequence[Message]) -> Finding | None:
    answers = [one for one in own if one.outcome in ANSWERS]
    if not answers:
        return None
    bare = [one for one in answers if not one.citations]
    mark = Mark.YES if not bare else Mark.NO if len(bare) == len(answers) else Mark.PARTLY
    return Finding(key, mark, f"{len(answers) - len(bare)} / {len(answers)}")
