"""Says in words what was done so far in a conversation, and why a person should look."""

from app.escalation.suggest.domain import Done, Reason
from app.kernel.texts import has_text, text


def done_words(done: Done, locale: str) -> str:
    """机器人回答 2 次，依据售后政策、退款时效；1 次没有答案；许可回复过."""
    parts: list[str] = []
    if done.answered and done.sources:
        titles = ("、" if locale == "zh-CN" else ", ").join(done.sources)
        parts.append(text("desk.done_answered_from", locale, n=done.answered, titles=titles))
    elif done.answered:
        parts.append(text("desk.done_answered", locale, n=done.answered))
    if done.unanswered:
        parts.append(text("desk.done_unanswered", locale, n=done.unanswered))
    if done.people:
        names = ("、" if locale == "zh-CN" else ", ").join(name for name in done.people if name)
        parts.append(text("desk.done_people", locale, names=names))
    return ("；" if locale == "zh-CN" else "; ").join(parts) or text("desk.done_nothing", locale)


def reason_line(reason: Reason, locale: str) -> str:
    """One reason in words."""
    if reason.code == "down":
        known = [one for one in reason.about.split(",") if has_text(f"desk.reason_{one}")]
        names = ("、" if locale == "zh-CN" else ", ").join(text(f"desk.reason_{one}", locale) for one in known)
        said = text("desk.rated_down", locale)
        return said if not names else said + ("：" if locale == "zh-CN" else ": ") + names
    return text(f"desk.because_{reason.code}", locale, n=reason.count)
