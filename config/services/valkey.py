"""The embedded Valkey: a broker and cache that speaks the Redis protocol."""

import signal
import socket
from pathlib import Path
from urllib.parse import quote

from config.services.programs import valkey_program
from config.services.server import Server


class Valkey(Server):
    name = "valkey"
    stop_signals = (signal.SIGTERM,)

    @property
    def socket(self) -> Path:
        return self.home.sockets() / "valkey"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        self.make_folder(self.home.sockets())
        self.make_folder(self.data)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "save": "",
            "appendonly": "no" if self.throwaway else "yes",
        }
        program = str(valkey_program(self.home, self.account))
        return [
            program,
            *(part for key, value in settings.items() for part in (f"--{key}", value)),
        ]

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
