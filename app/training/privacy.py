"""Takes what identifies a person out of training rows, but leaves what the company itself publishes."""

from collections.abc import Sequence

from app.kernel.personal import MASKS, personal_values
from app.training.domain import Turns


def without_personal_values(question: str, prompt: Turns, answer: str, locale: str) -> tuple[str, Turns, str, int]:
    """Question, prompt and answer with masks, and how many different values were masked.

    What the company's own passages say stays: a value in the answer that the prompt holds outside the customer's
    words is published knowledge.
    """
    private = personal_values(question)
    for turn in _spoken(prompt):
        private |= personal_values(turn["content"])
    published = " ".join(turn["content"] for turn in prompt if turn not in _spoken(prompt))
    for value, kind in personal_values(answer).items():
        if value not in published:
            private.setdefault(value, kind)
    if not private:
        return question, prompt, answer, 0
    masks = MASKS["en" if locale.startswith("en") else "zh"]

    def masked(text: str) -> str:
        for value in sorted(private, key=len, reverse=True):
            text = text.replace(value, masks[private[value]])
        return text

    turns = tuple({"role": turn["role"], "content": masked(turn["content"])} for turn in prompt)
    return masked(question), turns, masked(answer), len(private)


def _spoken(prompt: Turns) -> Sequence[dict[str, str]]:
    """Earlier turns of the conversation: everything between the system message and the last one."""
    return [turn for turn in prompt[:-1] if turn["role"] != "system"]
