"""What can go wrong on the way to another embedder."""

from app.kernel.errors import Conflict, Invalid, NotFound
from app.knowledge.errors import EmbedderUnavailable


class EmbedderBusy(EmbedderUnavailable):
    """The server asks for fewer requests (429)."""

    code = "embedder_busy"


class EmbedderFailing(EmbedderUnavailable):
    """The server answers with errors of its own (5xx)."""

    code = "embedder_failing"


class EmbedderSlow(EmbedderUnavailable):
    """The server did not answer in time."""

    code = "embedder_slow"


class EmbedderRefused(EmbedderUnavailable):
    """The server refuses the request: a wrong key, path or model name."""

    code, passing = "embedder_refused", False


class EmbedderGarbled(EmbedderUnavailable):
    """The server answers something else than a list of vectors, such as a web page."""

    code, passing = "embedder_garbled", False


class EmbedderShort(EmbedderUnavailable):
    """The server gives back another number of vectors than texts it was given."""

    code, passing = "embedder_short", False


class EmbedderDimensions(EmbedderUnavailable):
    """The vectors have another length than they had."""

    code, passing = "embedder_dimensions", False


class EmbedderNotNumbers(EmbedderUnavailable):
    """A vector holds something that is no number, or only zeros."""

    code, passing = "embedder_not_numbers", False


class EmbedderKeyLost(EmbedderUnavailable):
    """The stored key cannot be opened: the signing secret is another one than when it was stored."""

    code, passing = "embedder_key_lost", False


class EmbedderTooWide(Invalid):
    """Vectors of this length cannot be stored, or not searched at this size of the knowledge."""

    code = "embedder_too_wide"


class BadAddress(Invalid):
    """An embedding server's address begins with http:// or https:// and has a host."""

    code = "embedder_bad_address"


class CandidateExists(Conflict):
    """That model at that address is in the list already."""

    code = "embedder_candidate_exists"


class CandidateUsed(Conflict):
    """An embedder that is still kept comes from this candidate."""

    code = "embedder_candidate_used"


class RunNotOpen(Conflict):
    """The run is in a state that does not allow it."""

    code = "embed_run_state"


class GateRefused(Conflict):
    """The regression questions speak against the switch; a reason overrides them."""

    code = "embedder_gate_refused"


class NotPast(Conflict):
    """Only an embedder that is past can be brought back or deleted."""

    code = "embedder_not_past"


class NoCurve(NotFound):
    """This embedder has not been calibrated, so no threshold can be chosen from figures."""

    code = "embedder_no_curve"


class PartStopped(Conflict):
    """The lease is lost or the run is no longer running; raised inside the work, nothing more is written."""

    code = "embed_part_stopped"


class ReembedGaveUp(Conflict):
    """A part was begun many times and never ended."""

    code = "reembed_gave_up"


class TooFewLessons(Conflict):
    """People have chosen too little yet for search to learn from."""

    code = "too_few_lessons"
