"""One instance's secrets, logins and lock."""

import json
import os
from pathlib import Path

import pytest

from hotline.private.errors import BadInstanceFile, InstanceBusy
from hotline.private.instance import instance


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    here = instance("one", seats=2, var=tmp_path)
    with here.locked():
        first, second = here.secrets(), here.secrets()

    assert first == second
    assert os.stat(here.root / "secrets.json").st_mode & 0o777 == 0o600


def test_secrets_never_show_in_a_repr(tmp_path: Path) -> None:
    here = instance("one", seats=1, var=tmp_path)
    with here.locked():
        known = here.secrets()

    assert known.ami not in repr(known)
    assert known.logins["1001"] not in repr(known)


def test_more_seats_later_keep_the_passwords_of_those_there_were(tmp_path: Path) -> None:
    small, large = (instance("one", seats=n, var=tmp_path) for n in (1, 3))
    with small.locked():
        before, after = small.secrets(), large.secrets()

    assert after.phones["8001"] == before.phones["8001"]
    assert list(after.phones) == ["8001", "8002", "8003"]


def test_each_seat_has_an_agent_and_there_are_a_supervisor_an_administrator_and_a_wall(
    tmp_path: Path,
) -> None:
    here = instance("one", seats=2, var=tmp_path)
    with here.locked():
        logins = here.logins(here.secrets())

    roles = [login["role"] for login in logins]
    assert roles == ["agent", "agent", "supervisor", "administrator", "wall"]
    assert (logins[1]["agent_no"], logins[1]["seat"], logins[1]["phone"]) == (
        "1002",
        "S002",
        "8002",
    )
    assert len({login["password"] for login in logins}) == 5


def test_an_instance_has_one_keeper(tmp_path: Path) -> None:
    here = instance("one", var=tmp_path)

    with here.locked(), pytest.raises(InstanceBusy) as refused, here.locked():
        pass

    assert str(os.getpid()) in refused.value.problem


@pytest.mark.parametrize("name", ["", "../up", "Main", "a" * 32, "-x", "a/b"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInstanceFile):
        instance(name, var=tmp_path)


def test_a_broken_secrets_file_is_named_with_its_key_but_never_its_value(tmp_path: Path) -> None:
    here = instance("one", var=tmp_path)
    with here.locked():
        here.secrets()
        file = here.root / "secrets.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"ami": 4711}))
        with pytest.raises(BadInstanceFile) as refused:
            here.secrets()

    assert f"{file}: ami:" in refused.value.problem
    assert "4711" not in refused.value.problem
