"""Which mirror the private Asterisk comes from."""

import pytest

from hotline.private.asterisk_tree import choose_mirror
from hotline.private.errors import NoAsteriskTree


def test_the_mirror_is_the_machines_own_main_archive() -> None:
    lines = """
http://deb.debian.org/debian-security/ bookworm-security main
http://deb.debian.org/debian/ bookworm-updates main
https://packages.example.com/apt cloud main
http://deb.debian.org/debian/ bookworm contrib
http://deb.debian.org/debian/ bookworm main
"""
    assert choose_mirror(lines) == "http://deb.debian.org/debian/"


def test_a_mirror_whose_address_does_not_say_debian_is_better_than_none() -> None:
    assert choose_mirror("http://10.0.0.3/apt bookworm main\n") == "http://10.0.0.3/apt"


def test_no_mirror_at_all_names_the_remedy() -> None:
    with pytest.raises(NoAsteriskTree) as refused:
        choose_mirror("http://10.0.0.3/security bookworm-security main\n")

    assert "DEBIAN_MIRROR=" in refused.value.remedy
