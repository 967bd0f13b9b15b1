"""What can go wrong with models, whether served or registered."""

from app.kernel.errors import AppError, Conflict, NotFound


class ModelFailure(AppError):
    """A model did not give what was asked of it; `reason` is a stable word for the trace."""

    code, status = "model_broken", 502

    def __init__(self, reason: str = ""):
        super().__init__()
        self.reason = reason


class ModelUnavailable(ModelFailure):
    """Nobody answers there, or the server says it can't take more."""

    code, status = "model_unavailable", 503


class ModelTimeout(ModelFailure):
    """The first token, the next one, or the whole answer took too long."""

    code, status = "model_timeout", 504


class ModelBroken(ModelFailure):
    """What came back is no answer: an error, garbage, or half of one."""

    code, status = "model_broken", 502


class ModelVersionNotFound(NotFound):
    """No such version is registered."""

    code = "model_not_found"


class GateNotPassed(Conflict):
    """A version trained here answers nobody before the gate let it through, or somebody gave a reason."""

    code = "gate_not_passed"


class CanaryTaken(Conflict):
    """Another version is being tried on a share of the conversations."""

    code = "canary_taken"


class NothingToRollBack(Conflict):
    """No version answers that could be taken back."""

    code = "nothing_to_roll_back"


class ModelStateConflict(Conflict):
    """A version cannot go from its state to that one."""

    code = "model_state_conflict"
