"""The model registry: which models exist, which one answers now, and the port a chat model stands behind."""

from app.model_registry.chosen import ChosenModel, served_version
from app.model_registry.domain import ModelKind, ModelState, ModelVersion, NewModelVersion
from app.model_registry.errors import (
    ModelBroken,
    ModelFailure,
    ModelStateConflict,
    ModelTimeout,
    ModelUnavailable,
    ModelVersionNotFound,
)
from app.model_registry.ports import ChatDelta, ChatMessage, ChatModel, ChatUsage, ServedModel
from app.model_registry.prices import Price, cost_of
from app.model_registry.service import (
    ModelRegistryTools,
    change_model_state,
    find_live_model,
    list_models,
    live_chat_model,
    mark_models,
    register_model,
)

__all__ = [
    "ChatDelta",
    "ChatMessage",
    "ChatModel",
    "ChatUsage",
    "ChosenModel",
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
    "Price",
    "ServedModel",
    "change_model_state",
    "cost_of",
    "find_live_model",
    "list_models",
    "live_chat_model",
    "mark_models",
    "register_model",
    "served_version",
]
