"""The ports of `outreach demo | up | web`, tried before anything starts: on a taken one somebody else would answer."""

import errno
import socket

from outreach.cli.output import refuse

LARGEST_PORT = 65535


def require_ports(host: str, port: int, count: int, advice: str) -> None:
    """Refuse when one of `count` ports from `port` on cannot be served; `advice` is a command with {port} for a number.

    A port that was served a moment ago is free: our servers take it with SO_REUSEADDR too.
    """
    for number in range(port, port + count):
        try:
            _bind(host, number)
        except OSError as error:  # socket.gaierror is one
            if error.errno != errno.EADDRINUSE:
                refuse(f"cannot serve at {host}, port {number}: {error.strerror}")
            refuse(f"port {number} is taken; choose another: {advice.format(port=_another(port))}")


def _bind(host: str, port: int) -> None:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _another(port: int) -> int:
    """A number to suggest: 8123 for 8000."""
    return port + 123 if port + 123 < LARGEST_PORT else port - 123
