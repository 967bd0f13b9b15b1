"""How well turns that lean on earlier ones are found: KdConv and CrossWOZ, asked raw, as rewritten, and by name.

`python -m tests.evaluation.multi_turn DATA_DIR [MOST]`: DATA_DIR holds `dialogues/`, MOST limits the questions a set.
The corpus has one text for each thing the dialogues speak of, with every fact told about it in any of them. A question
counts when it does not name the thing it is about; it is right when the first (one of five) texts found is that one.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import orjson

from app.answering import Question, Turn
from app.answering.screen import screen
from app.answering.understand import understand
from app.commands.workplace import with_switchboard
from app.knowledge import (
    Audience,
    ScratchText,
    SearchRequest,
    SearchTools,
    add_scratch_texts,
    scratch_base,
    search_passages,
)
from app.wiring import Switchboard

ASKING = ("吗", "呢", "啊", "呀", "么", "谁")
Facts = dict[str, dict[str, set[str]]]


@dataclass(frozen=True)
class Asked:
    """A turn that does not name the thing it is about."""

    text: str
    history: tuple[Turn, ...]
    about: str


def crosswoz(path: Path) -> tuple[Facts, list[Asked]]:
    """Entities are named by `Inform | domain | 名称`; what is requested next is asked about the last one."""
    facts: Facts = defaultdict(lambda: defaultdict(set))
    asked: list[Asked] = []
    for dialogue in map(orjson.loads, path.read_bytes().splitlines()):
        now: dict[str, str] = {}
        history: list[Turn] = []
        for message in dialogue["messages"]:
            acts = [[part.strip() for part in act.split("|")] for act in message["acts"]]
            named = {domain: value for act, domain, slot, value in acts if slot == "名称" and value and act == "Inform"}
            now.update(named)
            if message["role"] == "assistant":
                for act, domain, slot, value in acts:
                    if act == "Inform" and slot != "名称" and value and domain in now:
                        facts[now[domain]][f"{domain}{slot}"].add(value)
            else:
                domains = {domain for act, domain, slot, _ in acts if act == "Request" and slot != "名称"}
                wanted = {now[domain] for domain in domains if domain in now}
                selects = any(act == "Select" or slot == "名称" for act, _, slot, _ in acts)
                if len(wanted) == 1 and not selects and not any(name in message["content"] for name in now.values()):
                    asked.append(Asked(message["content"], tuple(history), next(iter(wanted))))
            history.append(Turn("bot" if message["role"] == "assistant" else "customer", message["content"]))
    return facts, [question for question in asked if question.about in facts]


def kdconv(path: Path) -> tuple[Facts, list[Asked]]:
    """A question is about the thing that the next turn's facts are of, when that was spoken of before."""
    facts: Facts = defaultdict(lambda: defaultdict(set))
    asked: list[Asked] = []
    for dialogue in map(orjson.loads, path.read_bytes().splitlines()):
        messages = dialogue["messages"]
        for place, message in enumerate(messages):
            for fact in message.get("knowledge", ()):
                name, slot, value = (part.strip() for part in fact.split(" | ", 2))
                facts[name][slot].add(value)
            told = messages[place + 1].get("knowledge", ()) if place + 1 < len(messages) else ()
            about = {fact.split(" | ")[0].strip() for fact in told}
            if place == 0 or len(about) != 1 or not message["content"].rstrip("?？ ").endswith(ASKING):
                continue
            name = next(iter(about))
            short = name.split("（")[0]
            before = "".join(earlier["content"] for earlier in messages[:place])
            if short in before and short not in message["content"]:
                turns = tuple(
                    Turn("bot" if (place - nth) % 2 else "customer", earlier["content"])
                    for nth, earlier in enumerate(messages[:place])
                )
                asked.append(Asked(message["content"], turns, name))
    return facts, asked


def texts_of(facts: Facts) -> Iterator[ScratchText]:
    """One text for each thing."""
    for name, slots in facts.items():
        lines = [f"{name}的{slot}：{'、'.join(sorted(values))}" for slot, values in slots.items()]
        yield ScratchText(name, name, "\n".join(lines)[:3_000])


async def measure(board: Switchboard, name: str, facts: Facts, asked: list[Asked]) -> list[str]:
    """The lines of one set."""
    tools = board.tools[SearchTools]
    async with scratch_base(tools) as base_id:
        names = await add_scratch_texts(tools, base_id, list(texts_of(facts)))

        async def found(queries: list[str]) -> list[str]:
            search = await search_passages(tools, SearchRequest(queries, [base_id], Audience.SCRATCH, 5))
            return [names[hit.document_id] for hit in search.hits if hit.document_id is not None]

        hits: dict[str, list[float]] = {"raw": [0.0, 0.0], "rewritten": [0.0, 0.0], "by name": [0.0, 0.0]}
        leaning, spent = 0, 0.0
        for question in asked:
            history = question.history[-12:]
            began = perf_counter()
            understood = understand(screen(question.text), Question(question.text, history=history))
            spent += perf_counter() - began
            leaning += understood.rewritten is not None
            ways = {
                "raw": [question.text],
                "rewritten": understood.queries,
                "by name": [f"{question.about} {question.text}"],
            }
            for way, queries in ways.items():
                ranked = await found(queries)
                hits[way][0] += ranked[:1] == [question.about]
                hits[way][1] += question.about in ranked
    n = len(asked)
    lines = [f"{name}: {n} questions, {len(facts)} things, {leaning / n:.2f} rewritten, {spent / n * 1000:.2f} ms each"]
    lines += [f"  {way:10} hit@1 {first / n:.3f}  hit@5 {five / n:.3f}" for way, (first, five) in hits.items()]
    return lines


def main(data_dir: Path, most: int) -> None:
    """Prints both sets."""
    sets = {
        "crosswoz": crosswoz(data_dir / "dialogues/crosswoz_val.jsonl"),
        "kdconv": kdconv(data_dir / "dialogues/kdconv_dev.jsonl"),
    }

    async def work(board: Switchboard) -> None:
        for name, (facts, asked) in sets.items():
            step = max(1, len(asked) // most)
            print("\n".join(await measure(board, name, facts, asked[::step])), flush=True)

    with TemporaryDirectory() as scratch:
        with_switchboard(Path(scratch), work)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 400)
