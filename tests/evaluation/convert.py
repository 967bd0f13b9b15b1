"""Turns the labelled sets of ../shared/data into the BEIR-style files `kefu eval retrieval` reads.

`python -m tests.evaluation.convert DATA_DIR OUT_DIR` writes one folder per set: corpus, queries and qrels.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Line = dict[str, Any]
HELD_OUT = "oos"


def convert_all(data: Path, out: Path) -> list[Path]:
    """Writes every set; gives back their folders."""
    health, product = data / "faq_zh" / "kb_health.jsonl", data / "faq_zh" / "kb_product.jsonl"
    dev = [line for line in read(data / "faq_zh" / "queries_health.jsonl") if line["split"] == "dev"]
    return [
        _write(out / "docqa_zh", *_passages(data / "docqa_zh")),
        _write(out / "faq_zh_health", *_faq(read(health), dev, _ood(data, "health"))),
        _write(out / "faq_zh_product", *_faq(read(product), _product_queries(data), _ood(data, "product"))),
        _write(out / "faq_en_banking", *_intents(read(data / "faq_en" / "banking77_train.jsonl"))),
        _write(out / "faq_en_clinc", *_intents(read(data / "faq_en" / "clinc150_val.jsonl"))),
    ]


def _passages(folder: Path) -> tuple[list[Line], list[Line], list[Line]]:
    corpus = [{k: line[k] for k in ("id", "title", "text")} for line in read(folder / "corpus.jsonl")]
    asked = list(read(folder / "queries.jsonl"))
    return corpus, [_query(line) for line in asked], _judged(asked)


def _faq(base: Iterable[Line], asked: list[Line], outside: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    corpus = [{"id": f["id"], "title": "", "text": f["answer"], "question": f["question"]} for f in base]
    return corpus, [_query(line) for line in asked] + outside, _judged(asked)


def _product_queries(data: Path) -> list[Line]:
    return list(read(data / "faq_zh" / "queries_product.jsonl"))


def _ood(data: Path, base: str) -> list[Line]:
    lines = read(data / "faq_zh" / "queries_ood.jsonl")
    return [
        {"qid": line["qid"], "query": line["query"], "answerable": False} for line in lines if base in line["ood_for"]
    ]


def _intents(lines: Iterable[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """Every fourth question of an intent is asked, the others are the phrasings of one FAQ; `oos` has no answer."""
    phrasings: dict[str, list[str]] = {}
    queries: list[Line] = []
    qrels: list[Line] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines):
        intent = line["intent"]
        seen[intent] = seen.get(intent, 0) + 1
        if intent == HELD_OUT:
            queries.append({"qid": f"q{number}", "query": line["text"], "answerable": False})
        elif seen[intent] % 4 == 0:
            queries.append({"qid": f"q{number}", "query": line["text"], "answerable": True})
            qrels.append({"qid": f"q{number}", "doc_id": intent, "rel": 1})
        else:
            phrasings.setdefault(intent, []).append(line["text"])
    corpus = [
        {"id": intent, "title": "", "text": f"Answer about {intent.replace('_', ' ')}.", "question": questions}
        for intent, questions in phrasings.items()
    ]
    return corpus, queries, qrels


def _query(line: Line) -> Line:
    return {"qid": line["qid"], "query": line["query"], "answerable": True}


def _judged(asked: list[Line]) -> list[Line]:
    return [{"qid": line["qid"], "doc_id": gold, "rel": 1} for line in asked for gold in line["gold_ids"]]


def read(path: Path) -> Iterable[Line]:
    """JSON lines."""
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _write(folder: Path, corpus: list[Line], queries: list[Line], qrels: list[Line]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in (("corpus", corpus), ("queries", queries), ("qrels", qrels)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    for written in convert_all(Path(sys.argv[1]), Path(sys.argv[2])):
        print(written)
