"""systemd units for this installation: the service, the nightly backup, a worker on another machine."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from flows import environment, wiring
from flows.outboxes import outbox

SERVICE, BACKUP, WORKER = "tenki.service", "tenki-backup", "tenki-worker.service"


class CannotStand(Exception):
    """A value that a unit cannot hold; the message names it."""


@dataclass(frozen=True)
class Install:
    """What the units name. ``writes``: folders besides ``var`` in which the service writes."""

    user: str
    program: Path
    var: Path
    config: str
    secrets: Path | None
    writes: tuple[Path, ...] = ()

    @property
    def command(self) -> str:
        """The same program as the one that is asked now."""
        beside = Path(sys.executable).with_name("tenki")
        return argument(beside) if beside.exists() else f"{argument(sys.executable)} -m flows"


def here(user: str, secrets: Path | None) -> Install:
    """As this command was called: its program, TENKI_VAR and TENKI_CONFIG."""
    inboxes, targets = wiring.site().inbox_folder, map(wiring.file_target, wiring.target_names())
    outboxes = [outbox(target).folder for target in targets if target is not None]
    elsewhere = [path for path in outboxes if not path.is_relative_to(wiring.var())]
    return Install(
        user=user,
        program=_program(),
        var=wiring.var(),
        config=os.environ.get("TENKI_CONFIG", ""),
        secrets=secrets,
        writes=(*([Path(inboxes)] if inboxes else []), *elsewhere),
    )


def _program() -> Path:
    """The program's folder by the path by which it was called: an upgrade changes only where that leads."""
    called = Path(sys.prefix).parent
    return called if called.resolve() == environment.PROJECT else environment.PROJECT


def service(install: Install) -> str:
    """`tenki up`: ready when all its parts are, started again when it ends or hangs."""
    return f"""\
[Unit]
Description=Tenki (転記)
Wants=network-online.target
After=network-online.target remote-fs.target postgresql.service

[Service]
Type=notify
NotifyAccess=main
ExecStart={install.command} up
Restart=always
RestartSec=5
# The tables of a new version are made before it is ready.
TimeoutStartSec=15min
# Its loop says every few seconds that it lives.
WatchdogSec=2min
# It ends its parts itself, in order; what is left after that is killed.
KillMode=mixed
TimeoutStopSec=2min
# Ended on demand: 128 and the number of SIGTERM.
SuccessExitStatus=143
{_common(install, install.writes)}
[Install]
WantedBy=multi-user.target
"""


def worker(install: Install, tasks: str) -> str:
    """`tenki worker run` on another machine."""
    return f"""\
[Unit]
Description=Tenki worker (転記)
Wants=network-online.target
After=network-online.target

[Service]
ExecStart={install.command} worker run --tasks {argument(tasks)}
Restart=always
RestartSec=10
KillMode=mixed
TimeoutStopSec=2min
# Ended on demand: 128 and the number of SIGTERM.
SuccessExitStatus=143
{_common(install, ())}
[Install]
WantedBy=multi-user.target
"""


def backup(install: Install, to: Path) -> dict[str, str]:
    """The nightly backup: a service that is run once, and its timer."""
    return {
        f"{BACKUP}.service": f"""\
[Unit]
Description=Backup of Tenki (転記)
RequiresMountsFor={quoted(to)}

[Service]
Type=oneshot
ExecStart={install.command} backup {argument(to)} --verify --keep-days 30
{_common(install, (to,))}""",
        f"{BACKUP}.timer": """\
[Unit]
Description=Backup of Tenki (転記) every night

[Timer]
OnCalendar=*-*-* 01:30:00
# A night on which the machine was off is made up for.
Persistent=true

[Install]
WantedBy=timers.target
""",
    }


def _common(install: Install, writes: tuple[Path, ...]) -> str:
    """Account, environment, and what the programs may not do.

    Not set on purpose: MemoryDenyWriteExecute (the browser compiles scripts) and RestrictNamespaces (the
    browser's own sandbox is made of namespaces).
    """
    lines = [
        f"User={plain(install.user)}",
        f"WorkingDirectory={plain(install.program)}",
        f"Environment={quoted(f'TENKI_VAR={install.var}')}",
    ]
    if install.config:
        lines.append(f"Environment={quoted(f'TENKI_CONFIG={install.config}')}")
    if install.secrets:
        lines.append(f"EnvironmentFile={plain(install.secrets)}")
    home = any(str(path).startswith(("/home/", "/root/")) for path in (install.program, install.var))
    return "\n".join(
        [
            *lines,
            "UMask=0077",
            "NoNewPrivileges=yes",
            "CapabilityBoundingSet=",
            "AmbientCapabilities=",
            "ProtectSystem=strict",
            f"ReadWritePaths={' '.join(map(quoted, (install.var, *writes)))}",
            f"ProtectHome={'read-only' if home else 'yes'}",
            "PrivateTmp=yes",
            "PrivateDevices=yes",
            "ProtectClock=yes",
            "ProtectControlGroups=yes",
            "ProtectHostname=yes",
            "ProtectKernelLogs=yes",
            "ProtectKernelModules=yes",
            "ProtectKernelTunables=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
            "RestrictRealtime=yes",
            "RestrictSUIDSGID=yes",
            "LockPersonality=yes",
            "RemoveIPC=yes",
            "SystemCallArchitectures=native",
            "",
        ]
    )


def plain(value: object) -> str:
    """A value that systemd takes as it stands, but for ``%``. Raises CannotStand."""
    text = str(value)
    if any(ord(sign) < 32 for sign in text):
        raise CannotStand(f"{text!r} holds a sign that no unit can: choose another name")
    return text.replace("%", "%%")


def quoted(value: object) -> str:
    """One of several words, quoted where it must be. Raises CannotStand."""
    text = plain(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"' if not text or any(sign in text for sign in " '\"\\;") else text


def argument(value: object) -> str:
    """A word of a command line, in which ``$`` has a meaning, too."""
    return quoted(value).replace("$", "$$")
