"""Where each kind of embedder begins to be believed, before a base has enough of its own to say so."""

from typing import Any

HASHED, OPENAI = "hashed", "openai"

# The hashed threshold: on the halves of the public question sets that it was not fitted on, 1 in 40 questions to other
# companies reaches it (1 in 10 about subjects next to the base's own), and 1 in 12 that can be answered does not.
# kind: (threshold of confidence, calibration). `near`: least similarity of questions for a curated answer as it is.
DEFAULTS: dict[str, tuple[float, dict[str, Any]]] = {
    HASHED: (0.33, {"near": 0.85, "source": "default"}),
    OPENAI: (0.55, {"near": 0.9, "source": "default"}),
}
