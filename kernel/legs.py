"""Why a leg (one attempt to reach one phone) ended: telephony sees it, acd judges it."""

from enum import StrEnum


class LegEnd(StrEnum):
    NO_ANSWER = "no_answer"  # rang for the whole ring time  振铃未接
    BUSY = "busy"  # 486
    REJECTED = "rejected"  # 603: the agent pressed it away
    UNREACHABLE = "unreachable"  # no phone registered, or 480/404/408
    CONGESTION = "congestion"  # 503: trunk or phone system trouble
    DROPPED = "dropped"  # we withdrew it
    NOT_JOINED = "not_joined"  # answered, but the caller was gone or taken
    HUNG_UP = "hung_up"  # it talked, and then ended
    FAILED = "failed"  # anything else; the text stands in the log
