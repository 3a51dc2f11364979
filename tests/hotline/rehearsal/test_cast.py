"""Who may play: as many seats as the directory has."""

import pytest

from hotline.rehearsal.cast import check_there_are_places
from hotline.rehearsal.errors import NoSuchSeats
from hotline.rehearsal.seats import SeatLogin

LOGINS = [SeatLogin(f"100{n}", f"u{n}", "", f"S00{n}", f"800{n}", "") for n in (1, 2, 3)]
PLACES = {"8001": "S001", "8002": "S002"}


def test_more_seats_than_the_directory_has_are_refused_in_words() -> None:
    check_there_are_places(LOGINS[:2], PLACES)

    with pytest.raises(NoSuchSeats, match="3 seats were asked for, the directory has 2"):
        check_there_are_places(LOGINS, PLACES)
