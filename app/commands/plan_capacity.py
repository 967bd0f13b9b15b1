"""`kefu plan-capacity`: how many cores, GPUs and gigabytes a load needs, from figures anyone can replace."""

import math
from dataclasses import asdict, dataclass

SPARE = 0.6
"""Share of a core or GPU that is planned in: the rest absorbs the minutes that are worse than the hour."""
BYTES_PER_CHUNK = 1_800
"""Row, text, keyword index and its share of everything else; without the vector."""
VECTOR_BYTES = 2
"""A half-precision number, twice stored: in the row and in its index, which adds about a quarter."""


@dataclass(frozen=True)
class Load:
    """What is expected, and what was measured; the defaults of the second group are assumptions to replace."""

    chats_per_day: int
    busiest_hour_share: float = 0.15
    questions_per_chat: float = 3.0
    chunks: int = 100_000
    dimensions: int = 1024
    documents_per_day: int = 200
    chunks_per_document: int = 40
    # What `kefu bench chat` printed on your hosts.
    cpu_ms_per_question: float = 20.0
    # What `kefu bench search` printed, at your number of chunks.
    cpu_ms_per_search: float = 10.0
    # Share of questions a model answers; the others are FAQ hits, cached answers, refusals and small talk.
    model_share: float = 0.7
    answer_tokens: int = 250
    # Answer tokens one GPU gives for all its conversations together, with your model: measure it.
    gpu_tokens_per_s: float = 1_500.0
    answer_s: float = 8.0
    chunks_per_s_ingested: float = 300.0


@dataclass(frozen=True)
class Plan:
    """What the load needs."""

    questions_per_s: float
    answers_at_once: int
    web_processes: int
    database_cores: int
    database_memory_gb: float
    gpus: int
    ingest_minutes_per_day: float


def plan_capacity(load: Load) -> Plan:
    """Rates are those of the busiest hour; every part keeps 40 % in reserve."""
    questions_per_s = load.chats_per_day * load.questions_per_chat * load.busiest_hour_share / 3600
    web_cores = questions_per_s * load.cpu_ms_per_question / 1000 / SPARE
    database_cores = questions_per_s * load.cpu_ms_per_search / 1000 / SPARE
    tokens_per_s = questions_per_s * load.model_share * load.answer_tokens
    vectors = load.chunks * load.dimensions * VECTOR_BYTES * 2.25
    return Plan(
        questions_per_s=round(questions_per_s, 2),
        answers_at_once=math.ceil(questions_per_s * load.model_share * load.answer_s),
        web_processes=max(2, math.ceil(web_cores)),
        database_cores=max(2, math.ceil(database_cores)),
        # The vector index must stay in memory; 2 GB for PostgreSQL itself and its sessions.
        database_memory_gb=round((vectors + load.chunks * BYTES_PER_CHUNK) / 1e9 + 2, 1),
        gpus=math.ceil(tokens_per_s / load.gpu_tokens_per_s / SPARE),
        ingest_minutes_per_day=round(
            load.documents_per_day * load.chunks_per_document / load.chunks_per_s_ingested / 60, 1
        ),
    )


def report(load: Load) -> str:
    """The plan and every assumption behind it, one a line."""
    lines = ["Needed"]
    lines += [f"  {name.replace('_', ' '):<24} {value:g}" for name, value in asdict(plan_capacity(load)).items()]
    lines.append("Because")
    lines += [f"  {name.replace('_', ' '):<24} {value:g}" for name, value in asdict(load).items()]
    lines.append(f"  planned use of a part    {SPARE:g}")
    lines.append(
        "At least two web processes on two hosts, so that one may stop. Replace the figures by your own benchmarks."
    )
    return "\n".join(lines)
