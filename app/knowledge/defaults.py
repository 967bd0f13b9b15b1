"""Where each kind of embedder begins to be believed, before a base has enough of its own to say so.

The weight-free threshold is where, over four sets that are not among those we report, about 3 in 100 questions
from elsewhere would be answered: the demo's FAQs with one phrasing left out (2 % of answerable questions refused
at 0.25, 3 % of foreign ones answered), health questions of the training split (14 % and 2 %), encyclopedia
passages (1 % and 24 %, the foreign ones being about films and places) and bank questions. Foreign questions were
later turns of Chinese film and travel chats, out-of-scope English questions and each base's questions for the
others. Calibration on a base's own knowledge moves it from there.
"""

from typing import Any

HASHED, OPENAI = "hashed", "openai"

# kind: (threshold of confidence, calibration). `near`: least similarity of questions for a curated answer as it is.
DEFAULTS: dict[str, tuple[float, dict[str, Any]]] = {
    HASHED: (0.26, {"near": 0.85, "source": "default"}),
    OPENAI: (0.55, {"near": 0.9, "source": "default"}),
}
