"""Where each kind of embedder begins to be believed, before a base has enough of its own to say so."""

from typing import Any

HASHED, OPENAI = "hashed", "openai"

# The hashed threshold: on the demo company one in ten of tests/evaluation/outside_questions.jsonl reaches it.
# kind: (threshold of confidence, calibration). `near`: least similarity of questions for a curated answer as it is.
DEFAULTS: dict[str, tuple[float, dict[str, Any]]] = {
    HASHED: (0.38, {"near": 0.85, "source": "default"}),
    OPENAI: (0.55, {"near": 0.9, "source": "default"}),
}
