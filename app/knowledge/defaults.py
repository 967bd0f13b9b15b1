"""Where each kind of embedder begins to be believed, before a base has enough of its own to say so."""

from typing import Any

HASHED, OPENAI = "hashed", "openai"

# The hashed threshold: asked of the demo company, one in ten of tests/evaluation/outside_questions.jsonl and of 200
# questions about anything (dialogues, encyclopaedia, databases) together reaches it.
# kind: (threshold of confidence, calibration). `near`: least similarity of questions for a curated answer as it is.
DEFAULTS: dict[str, tuple[float, dict[str, Any]]] = {
    HASHED: (0.36, {"near": 0.85, "source": "default"}),
    OPENAI: (0.55, {"near": 0.9, "source": "default"}),
}
