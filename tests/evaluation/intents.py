"""How well intents are told from examples: banking77 and clinc150 with questions out of scope.

`python -m tests.evaluation.intents DATA_DIR [banking77|clinc150 …]`: a quarter of the phrases, by a hash of their
words, is held out. A guess below the fitted threshold is not believed and counts as out of scope; `every_guess` takes
the likeliest whatever its score.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from zlib import crc32

import orjson

from app.answering.intents.classifier import Classifier

OUT = "oos"
Phrases = list[tuple[str, str]]


def held_out(text: str) -> bool:
    """Whether a phrase is for the test."""
    return crc32(text.encode()) % 4 == 0


def banking77(folder: Path) -> tuple[Phrases, Phrases]:
    """Phrases to learn from, phrases to test with."""
    rows = map(orjson.loads, (folder / "banking77_train.jsonl").read_bytes().splitlines())
    phrases = [(row["text"], row["intent"]) for row in rows]
    return [p for p in phrases if not held_out(p[0])], [p for p in phrases if held_out(p[0])]


def clinc150(folder: Path) -> tuple[Phrases, Phrases]:
    """The same; everything out of scope is only for the test."""
    rows = [orjson.loads(line) for line in (folder / "clinc150_val.jsonl").read_bytes().splitlines()]
    phrases = [(row["text"], row["intent"]) for row in rows if row["split"] == "val"]
    outside = [(row["text"], OUT) for row in rows if row["split"] == "oos_val"]
    return [p for p in phrases if not held_out(p[0])], [p for p in phrases if held_out(p[0])] + outside


def figures(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    """Accuracy and macro-F1 over (meant, taken for)."""
    labels = {meant for meant, _ in pairs}
    scores = []
    for label in labels:
        hit = sum(meant == taken == label for meant, taken in pairs)
        missed = sum(meant == label != taken for meant, taken in pairs)
        wrong = sum(taken == label != meant for meant, taken in pairs)
        scores.append(2 * hit / (2 * hit + missed + wrong) if hit else 0.0)
    return {
        "accuracy": round(sum(meant == taken for meant, taken in pairs) / len(pairs), 4),
        "macro_f1": round(sum(scores) / len(scores), 4),
    }


def measure(learn: Phrases, test: Phrases) -> dict[str, float]:
    """Everything that is printed of one set."""
    began = perf_counter()
    classifier = Classifier(learn)
    fitted = perf_counter()
    guesses = [classifier.likely(text, 1)[0] for text, _ in test]
    asked = perf_counter()
    inside = [(label, guess.label) for (_, label), guess in zip(test, guesses, strict=True) if label != OUT]
    believed = [
        (label, guess.label if guess.score >= classifier.threshold else OUT)
        for (_, label), guess in zip(test, guesses, strict=True)
    ]
    outside = [taken for meant, taken in believed if meant == OUT]
    found = {f"every_guess_{name}": value for name, value in figures(inside).items()}
    found |= {f"believed_{name}": value for name, value in figures(believed).items()}
    kept = [taken for meant, taken in believed if meant != OUT]
    found["in_scope_kept"] = round(sum(taken != OUT for taken in kept) / len(kept), 4)
    if outside:
        found["oos_recall"] = round(sum(taken == OUT for taken in outside) / len(outside), 4)
    times = {"fit_s": round(fitted - began, 1), "guess_ms": round((asked - fitted) / len(test) * 1000, 3)}
    return {"learnt": len(learn), "tested": len(test), **found, "threshold": classifier.threshold, **times}


def main(data_dir: Path, names: Sequence[str]) -> None:
    """Prints the figures of each set."""
    for name in names:
        learn, test = {"banking77": banking77, "clinc150": clinc150}[name](data_dir / "faq_en")
        print(name, orjson.dumps(measure(learn, test)).decode(), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ("clinc150", "banking77"))
