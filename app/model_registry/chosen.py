"""One model, whichever is live: for those who ask what another one would have said."""

from dataclasses import dataclass
from uuid import UUID

from app.model_registry import store
from app.model_registry.domain import ModelKind
from app.model_registry.errors import ModelUnavailable, ModelVersionNotFound
from app.model_registry.ports import ServedModel
from app.model_registry.service import ModelRegistryTools


@dataclass(frozen=True)
class ChosenModel:
    """Answers come from this model; None: they are quoted. Whatever it is asked with makes no difference."""

    served: ServedModel | None

    async def live_chat_model(self, *_: object, **__: object) -> ServedModel | None:
        """The chosen model."""
        return self.served


async def served_version(tools: ModelRegistryTools, version_id: UUID) -> ServedModel:
    """A registered chat model in whatever state. Raises ModelVersionNotFound, ModelUnavailable without a server."""
    if tools.chat is None:
        raise ModelUnavailable("not_configured")
    async with tools.database.reading() as session:
        version = await store.find_version(session, version_id)
    if version is None or version.kind is not ModelKind.CHAT:
        raise ModelVersionNotFound
    return tools.served(tools.chat, version)
