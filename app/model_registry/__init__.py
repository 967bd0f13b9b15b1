"""The model registry: which models exist, which one answers now, and the port a chat model stands behind."""

from app.model_registry.chosen import ChosenModel, served_version
from app.model_registry.domain import ModelKind, ModelState, ModelVersion, NewModelVersion, lot
from app.model_registry.errors import (
    CanaryTaken,
    GateNotPassed,
    ModelBroken,
    ModelFailure,
    ModelStateConflict,
    ModelTimeout,
    ModelUnavailable,
    ModelVersionNotFound,
    NothingToRollBack,
)
from app.model_registry.ports import ChatDelta, ChatMessage, ChatModel, ChatUsage, ServedModel
from app.model_registry.prices import Price, cost_of
from app.model_registry.service import (
    ModelRegistryTools,
    change_model_state,
    find_live_model,
    get_model,
    list_models,
    live_chat_model,
    mark_models,
    note_of_model,
    register_model,
    roll_back,
    serving_models,
)

__all__ = [
    "CanaryTaken",
    "ChatDelta",
    "ChatMessage",
    "ChatModel",
    "ChatUsage",
    "ChosenModel",
    "GateNotPassed",
    "ModelBroken",
    "ModelFailure",
    "ModelKind",
    "ModelRegistryTools",
    "ModelState",
    "ModelStateConflict",
    "ModelTimeout",
    "ModelUnavailable",
    "ModelVersion",
    "ModelVersionNotFound",
    "NewModelVersion",
    "NothingToRollBack",
    "Price",
    "ServedModel",
    "change_model_state",
    "cost_of",
    "find_live_model",
    "get_model",
    "list_models",
    "live_chat_model",
    "lot",
    "mark_models",
    "note_of_model",
    "register_model",
    "roll_back",
    "served_version",
    "serving_models",
]
