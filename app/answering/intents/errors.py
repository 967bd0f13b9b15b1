"""What can go wrong with intents."""

from app.kernel.errors import Conflict, Invalid


class IntentsChanged(Conflict):
    """Somebody else saved the list since."""

    code = "intents_changed"


class BadIntents(Invalid):
    """The list cannot be used as it is."""

    code = "bad_intents"


class IntentFileUnreadable(Invalid):
    """The file is no list of intents."""

    code = "intent_file_unreadable"
