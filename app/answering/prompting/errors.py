"""What can go wrong with prompts, each with a stable code."""

from app.kernel.errors import Conflict, Invalid


class PromptBroken(Invalid):
    """The template cannot be used; `problems` says everything that is wrong with it."""

    code = "prompt_broken"


class PromptChanged(Conflict):
    """Someone else saved or activated in the meantime; `theirs` is the template as it is now."""

    code = "prompt_changed"


class NoDraft(Conflict):
    """There is no draft to activate."""

    code = "prompt_no_draft"


class PromptActive(Conflict):
    """That version is in force already."""

    code = "prompt_active"
