"""What can go wrong with the registry of tools and with confirmations."""

from app.kernel.errors import Conflict, Invalid, NotFound


class ToolNotFound(NotFound):
    """There is no such tool or server."""

    code = "tool_not_found"


class ToolNameTaken(Conflict):
    """Another tool, or another server, has this name."""

    code = "tool_name_taken"


class ToolChanged(Conflict):
    """Somebody else changed the tool since it was opened."""

    code = "tool_changed"


class ToolInvalid(Invalid):
    """The tool cannot work as it is described; `why` says what is wrong."""

    code = "tool_invalid"


class NotOpenApi(Invalid):
    """The document is no OpenAPI 3 document that can be read."""

    code = "not_openapi"


class ToolServerFailed(Invalid):
    """A server did not answer as it should while staff looked at it."""

    code = "tool_server_failed"


class ConfirmationDecided(Conflict):
    """The customer has answered this card already, otherwise than now."""

    code = "confirmation_decided"


class ConfirmationExpired(Conflict):
    """The card was left too long."""

    code = "confirmation_expired"
