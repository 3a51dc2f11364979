"""Softphones in pages: their logins, and who takes them back."""

from console.seat_credentials import SeatCredentials
from hotline.wiring import Hotline
from telephony.web_phones import WebPhones


def make_softphones(hotline: Hotline) -> SeatCredentials:
    ground = hotline.ground
    softphones = SeatCredentials(WebPhones(ground.settings.web_phones))
    ground.feed.add("softphones", softphones.see)
    return softphones
