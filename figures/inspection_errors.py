"""What an inspection refuses."""

from kernel.errors import BadInput, Conflict, NotAllowed, NotFound


class UnknownInspection(NotFound):
    code = "unknown-inspection"


class UnknownTalk(NotFound):
    """No conversation of that agent in that call is known."""

    code = "unknown-talk"


class WrongInspectionStep(Conflict):
    code = "wrong-inspection-step"


class InspectedAlready(Conflict):
    code = "inspected-already"


class BadScores(BadInput):
    code = "bad-scores"


class AppealTooLate(Conflict):
    code = "appeal-too-late"


class NotYourInspection(NotAllowed):
    code = "not-your-inspection"


class JudgeInOwnCase(NotAllowed):
    """Nobody inspects his own call, nor decides on an appeal against his own word."""

    code = "judge-in-own-case"
