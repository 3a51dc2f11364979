"""What other processes are told of an instance: endpoints.json, and hotline's environment."""

from pathlib import Path
from typing import Any, Final

from hotline.private.asterisk import TRUNK_IN_HOST, TRUNK_OUT_HOST
from hotline.private.instance import Instance, Secrets
from hotline.private.ports import LOOPBACK, Ports

AMI_USER: Final = "hotline"


def endpoints(here: Instance, ports: Ports, known: Secrets, addresses: dict[str, str]) -> Any:
    """The content of endpoints.json. `sip` takes citizens' calls that come from `sip_source`.

    A site's own Asterisk has its own ports, phones and secrets: all we say of it is its host.
    """
    private = bool(addresses["asterisk"])
    sip = f"{LOOPBACK}:{ports.sip}" if private else None
    logins = here.logins(known)
    ours = {"port": ports.ami, "user": AMI_USER, "secret": known.ami} if private else {}
    return {
        "instance": here.name,
        "console": f"http://{LOOPBACK}:{ports.console}",
        "sip": sip,
        "sip_source": TRUNK_IN_HOST if private else None,
        "seat_sip": sip,
        "trunk_out": f"{TRUNK_OUT_HOST}:{ports.trunk_out}" if private else None,
        "ami": {"host": addresses["ami"], **ours},
        "database": addresses["database"],
        "valkey": addresses["valkey"],
        "recordings": addresses["recordings"] if private else None,
        "logins": logins if private else [_without_phone_password(one) for one in logins],
    }


def _without_phone_password(login: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in login.items() if name != "phone_password"}


def hotline_environment(
    here: Instance, ports: Ports, known: Secrets, addresses: dict[str, str], config: Path
) -> dict[str, str]:
    """The settings that `hotline run` gets by its environment; secrets never by arguments.

    A site's own Asterisk (no folder here) is reached as the site's settings say.
    """
    told = {
        "HOTLINE_INSTANCE": here.name,
        "HOTLINE_INSTANCE_DIR": str(here.root),
        "HOTLINE_CONFIG_DIR": str(config),
        "HOTLINE_DATABASE_DSN": addresses["database"],
        "HOTLINE_VALKEY_URL": addresses["valkey"],
        "HOTLINE_AMI_HOST": addresses["ami"],
        "HOTLINE_CONSOLE_PORT": str(ports.console),
        "HOTLINE_FIELD_KEY": known.field_key,
        "HOTLINE_INDEX_KEY": known.index_key,
    }
    if addresses["asterisk"]:
        told |= {
            "HOTLINE_AMI_PORT": str(ports.ami),
            "HOTLINE_AMI_USER": AMI_USER,
            "HOTLINE_SIP_PORT": str(ports.sip),
            "HOTLINE_AMI_SECRET": known.ami,
            "HOTLINE_ARI_PORT": str(ports.ari),
            "HOTLINE_ARI_SECRET": known.ari,
            "HOTLINE_ARI_MEDIA_ADDRESS": LOOPBACK,
            "HOTLINE_RECORDINGS_DIR": addresses["recordings"],
            "HOTLINE_ASTERISK_RUN_DIR": addresses["asterisk"],
        }
    return told
