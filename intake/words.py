"""The closed lists of words of a ticket (C1-C3). Values are API: added to, never renamed."""

from enum import StrEnum
from typing import Final


class RequestType(StrEnum):
    """TYP-01: exactly one a ticket."""

    CONSULT = "consult"  # 咨询
    HELP = "help"  # 求助
    COMPLAINT = "complaint"  # 投诉
    REPORT = "report"  # 举报
    SUGGESTION = "suggestion"  # 意见建议


class CallerKind(StrEnum):
    """TYP-02."""

    PERSON = "person"
    ENTERPRISE = "enterprise"
    OTHER_ORG = "other_org"


class Exclusion(StrEnum):
    """What a hotline may not accept; the citizen is told the statutory way instead (EXC-01..05)."""

    LITIGATION = "litigation"  # 诉讼
    ARBITRATION = "arbitration"  # 仲裁
    DISCIPLINE_INSPECTION = "discipline_inspection"  # 纪检监察
    ADMIN_RECONSIDERATION = "admin_reconsideration"  # 行政复议
    INFO_DISCLOSURE = "info_disclosure"  # 政府信息公开
    IN_PETITION = "in_petition"  # 已进入信访渠道
    STATE_SECRET = "state_secret"  # 国家秘密  # noqa: S105
    WORK_SECRET = "work_secret"  # 工作秘密  # noqa: S105
    TRADE_SECRET = "trade_secret"  # 商业秘密  # noqa: S105
    PRIVACY = "privacy"  # 个人隐私
    PERSONAL_INFO = "personal_info"  # 个人信息
    ILLEGAL_OR_IMMORAL = "illegal_or_immoral"  # 不符合法律法规、违背公序良俗


class Channel(StrEnum):
    """CH-03."""

    PHONE = "phone"
    WEBSITE = "website"
    APP = "app"
    WECHAT_MINI = "wechat_mini"
    SELF_SERVICE = "self_service"
    TEXT_BOT = "text_bot"
    VOICE_BOT = "voice_bot"
    LEADER_MAILBOX = "leader_mailbox"
    MEDIA_BOARD = "media_board"
    STATE_COUNCIL_SUPERVISION = "state_council_supervision"
    GOV_CN = "gov_cn"
    PEOPLE_CN_BOARD = "people_cn_board"
    PETITION = "petition"
    TRANSFER_110 = "110_transfer"
    BRANCH_CENTER = "branch_center"
    OTHER = "other"


class AcceptLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    BRANCH = "branch"


class TransferredFrom(StrEnum):
    POLICE_110 = "110"
    UTILITY = "utility"
    BRANCH = "branch"
    OVERFLOW_REGION = "overflow_region"
    LEVEL = "level"  # another level of the province; external_ref is its ticket (NAV-05)


class Gender(StrEnum):
    MALE = "m"
    FEMALE = "f"
    UNKNOWN = "unknown"


class CallerTag(StrEnum):
    ELDERLY = "elderly"
    DISABLED = "disabled"
    DIALECT = "dialect"
    MINORITY_LANG = "minority_lang"
    FREQUENT = "frequent"
    CRISIS = "crisis"
    MALICIOUS_SUSPECT = "malicious_suspect"


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"
    CRITICAL = "critical"


class RiskFlag(StrEnum):
    CROWD = "crowd"
    SELF_HARM = "self_harm"
    SAFETY = "safety"
    MEDIA = "media"


class SurveyPreference(StrEnum):
    IVR = "ivr"
    HUMAN = "human"
    SMS = "sms"
    APP = "app"
    NONE = "none"


class Topic(StrEnum):
    TOURISM = "tourism"  # 涉旅 (SRG-03)
    ENTERPRISE = "enterprise"  # 涉企


# With these the accused must be named and the citizen may need protection.
ACCUSING: Final = frozenset({RequestType.COMPLAINT, RequestType.REPORT})
# Something happened somewhere: a unit that is sent there needs the place.
PLACED: Final = frozenset({RequestType.HELP, RequestType.COMPLAINT, RequestType.REPORT})
