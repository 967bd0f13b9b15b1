"""What can go wrong in evaluation."""

from app.kernel.errors import Conflict, Invalid


class SetExists(Conflict):
    """There is a set of this name."""

    code = "regression_set_exists"


class QuestionChanged(Conflict):
    """Someone else has changed the question since it was read."""

    code = "regression_question_changed"


class QuestionFileUnreadable(Invalid):
    """The file is no table of questions."""

    code = "question_file_unreadable"


class NoQuestions(Conflict):
    """There is nothing to ask."""

    code = "no_regression_questions"


class RunNotOver(Conflict):
    """The result is asked for before the run is over."""

    code = "evaluation_not_over"
