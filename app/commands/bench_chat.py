"""`kefu bench chat`: the same load sent to a scripted model, to a minimal proxy before it, and to all of Kefu."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from app.answering import AnsweringTools, Composer, Finished, Question, answer
from app.bench.customers import Direct, Kefu, Load, Proxy, Shop, drive
from app.bench.kefu_process import kefu
from app.bench.processes import child, cpu_seconds, family
from app.commands.workplace import with_switchboard
from app.demo import demo_documents
from app.knowledge import DocumentTools, accept_document, ingest_document
from app.wiring import Switchboard

WARM_S, QUESTIONS, DOCUMENTS = 1.0, 24, 8


@dataclass(frozen=True)
class Row:
    """One line of the table: milliseconds, chats per second, CPU milliseconds a chat of web and stores."""

    target: str
    customers: int
    chats_per_s: float
    of_direct: float
    first_p50: float
    first_p95: float
    first_p99: float
    total_p50: float
    cpu_ms: float
    errors: int


@dataclass(frozen=True)
class Target:
    """A shop with the processes whose CPU time is counted."""

    name: str
    shop: Shop
    pids: Sequence[int]


def bench(customers: Sequence[int], seconds: float, rounds: int, *, cached: bool = False) -> Iterator[list[Row]]:
    """Rows of each number of customers: the three targets in turn, round after round, so that noise hits all alike.

    cached: Kefu may give answers again, which it then does with every one.
    """
    with tempfile.TemporaryDirectory(prefix="kefu-bench-") as folder, ExitStack() as stack:
        data_dir = Path(folder)
        questions = prepare(data_dir)
        model_url = stack.enter_context(_started("app.bench.scripted_model"))
        proxy_url = stack.enter_context(_started("app.bench.minimal_proxy", "--upstream", model_url.url))
        running = stack.enter_context(kefu(data_dir, model_url.url, "on" if cached else "off"))
        targets = [
            Target("direct", Direct(model_url.url.removesuffix("/v1")), ()),
            Target("minimal proxy", Proxy(proxy_url.url), family(proxy_url.pid)),
            Target("kefu", Kefu(running.url), ()),
        ]
        # What is only paid once is paid before; so is the first answer to each question.
        asyncio.run(drive(targets[2].shop, questions, 2, 1.0, 8.0 if cached else 1.0))
        for number in customers:
            seen: dict[str, list[tuple[Load, float]]] = {target.name: [] for target in targets}
            for _ in range(rounds):
                for target in targets:
                    pids = running.measured() if target.name == "kefu" else target.pids
                    seen[target.name].append(_round(target, pids, questions, number, seconds))
            yield _rows(number, seen)


@dataclass(frozen=True)
class _Child:
    url: str
    pid: int


@contextmanager
def _started(module: str, *arguments: str) -> Iterator[_Child]:
    with child(module, *arguments) as (url, pid):
        yield _Child(url, pid)


def _round(
    target: Target, pids: Sequence[int], questions: Sequence[str], number: int, seconds: float
) -> tuple[Load, float]:
    """One target for one window; CPU time is counted over the whole drive and shared among all its chats."""
    before = cpu_seconds(pids)
    load = asyncio.run(drive(target.shop, questions, number, WARM_S, seconds))
    spent = cpu_seconds(pids) - before
    return load, 1000 * spent / max(1, load.all_chats)


def _rows(number: int, seen: dict[str, list[tuple[Load, float]]]) -> list[Row]:
    direct = median(len(load.good) / load.seconds for load, _ in seen["direct"])
    rows = []
    for name, rounds in seen.items():
        good = [chat for load, _ in rounds for chat in load.good]
        rate = median(len(load.good) / load.seconds for load, _ in rounds)
        firsts = sorted(chat.first_s * 1000 for chat in good)
        rows.append(
            Row(
                target=name,
                customers=number,
                chats_per_s=round(rate, 1),
                of_direct=round(rate / direct, 3) if direct else 0.0,
                first_p50=_at(firsts, 0.5),
                first_p95=_at(firsts, 0.95),
                first_p99=_at(firsts, 0.99),
                total_p50=_at(sorted(chat.total_s * 1000 for chat in good), 0.5),
                cpu_ms=round(median(cpu for _, cpu in rounds), 1),
                errors=sum(len(load.chats) - len(load.good) for load, _ in rounds),
            )
        )
    return rows


def _at(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1) if ordered else 0.0


def prepare(data_dir: Path) -> list[str]:
    """Reads a few of the demo company's documents in; gives questions that a model answers from them."""

    async def work(board: Switchboard) -> list[str]:
        headings = await _read_in(board)
        found: list[str] = []
        for heading in headings:
            question = f"{heading}是怎么规定的？"
            if await _composed(board.tools[AnsweringTools], question):
                found.append(question)
            if len(found) == QUESTIONS:
                break
        if not found:
            raise RuntimeError("none of the documents' headings is answered from them")
        return found

    return with_switchboard(data_dir, work)


async def _read_in(board: Switchboard) -> list[str]:
    """The headings of what was read in."""
    documents = board.tools[DocumentTools]
    chosen = [d for d in demo_documents() if d.path.suffix == ".md" and "zh" in d.path.parts][:DOCUMENTS]
    headings: list[str] = []
    for document in chosen:
        data = document.path.read_bytes()
        accepted = await accept_document(documents, file_name=document.path.name, data=data)
        assert accepted.job_id is not None, "a new document has a job"
        await ingest_document(documents, accepted.job_id)
        headings += [line.lstrip("# ").strip() for line in data.decode().splitlines() if line.startswith("##")]
    return headings


async def _composed(tools: AnsweringTools, question: str) -> bool:
    """Whether a question is answered from documents, so that a model would be asked; here it is quoted."""
    async for event in answer(tools, Question(question)):
        if isinstance(event, Finished):
            return event.composer is Composer.EXTRACTIVE
    return False


def table(rows: Sequence[Row]) -> str:
    """The rows as a markdown table."""
    columns = (
        "target | customers | chats/s | of direct | first token p50 / p95 / p99 ms | chat p50 ms | CPU ms/chat | errors"
    )
    lines = [f"| {columns} |", "|" + " --- |" * 8]
    for row in rows:
        first = f"{row.first_p50} / {row.first_p95} / {row.first_p99}"
        cpu = row.cpu_ms if row.cpu_ms else "–"
        lines.append(
            f"| {row.target} | {row.customers} | {row.chats_per_s} | {row.of_direct:.0%} | {first} "
            f"| {row.total_p50} | {cpu} | {row.errors} |"
        )
    return "\n".join(lines)


def as_dicts(rows: Sequence[Row]) -> list[dict[str, object]]:
    """The rows for `--json`."""
    return [asdict(row) for row in rows]
