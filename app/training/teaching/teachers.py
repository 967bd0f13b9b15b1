"""Which models may teach: one named in the settings for it, every registered chat version, and the server's own."""

from uuid import UUID

from app.kernel.errors import AppError
from app.model_registry import ModelFailure, ModelKind, Price, ServedModel, list_models, served_version
from app.training.errors import NoTeacher
from app.training.teaching.domain import Teacher
from app.training.tools import TrainingTools

CONFIGURED, OWN = "configured", "own"
MOST_LISTED = 50


async def list_teachers(tools: TrainingTools) -> list[Teacher]:
    """Those that can be asked now; a server that does not tell its name is left out."""
    found = []
    for key in (CONFIGURED, OWN):
        try:
            found.append(await find_teacher(tools, key))
        except (NoTeacher, ModelFailure):
            continue
    for version in await list_models(tools.models, ModelKind.CHAT, limit=MOST_LISTED):
        try:
            found.append(await find_teacher(tools, str(version.id)))
        except AppError:
            continue
    return found


async def find_teacher(tools: TrainingTools, key: str) -> Teacher:
    """Raises NoTeacher, ModelFailure when its server does not tell its name."""
    chat = {CONFIGURED: tools.teacher, OWN: tools.models.chat}.get(key)
    if chat is not None:
        name = await chat.default_name()
        return Teacher(key, name, ServedModel(chat, name))
    try:
        served = await served_version(tools.models, UUID(key))
    except (ValueError, AppError):
        raise NoTeacher from None
    return Teacher(key, served.name or key, served, Price.from_dict(served.details.get("price")))


async def first_teacher(tools: TrainingTools) -> Teacher | None:
    """The one named in the settings, else the server's own; None when neither answers."""
    for key in (CONFIGURED, OWN):
        try:
            return await find_teacher(tools, key)
        except (NoTeacher, ModelFailure):
            continue
    return None
