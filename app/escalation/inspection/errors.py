"""What can go wrong with inspections."""

from app.kernel.errors import Conflict, Forbidden, Invalid


class InspectionChanged(Conflict):
    """Somebody else scored or answered it meanwhile."""

    code = "inspection_changed"


class InspectionFormChanged(Conflict):
    """Somebody else changed the form meanwhile."""

    code = "inspection_form_changed"


class OwnWork(Forbidden):
    """Nobody scores what they did, or rechecks what they scored."""

    code = "inspection_own_work"


class WrongMarks(Invalid):
    """A line of the form is missing, or there is no such line."""

    code = "inspection_wrong_marks"


class NothingToInspect(Invalid):
    """That part of the conversation said nothing."""

    code = "inspection_nothing"
