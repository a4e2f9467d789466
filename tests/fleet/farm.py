"""Hosts to connect to: sshd's on loopback ports, each in a mount and process namespace of its own, ended with the test."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("sshd", "ssh", "ssh-keygen", "bwrap", "base64")


def program(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@dataclass(eq=False)
class Host:
    """A machine of its own but for its network: what a page finds in /mnt is its `files`, what it writes elsewhere goes nowhere."""

    name: str
    port: int
    files: Path
    scratch: Path
    process: subprocess.Popen[str]

    def line(self, **variables: str) -> str:
        """As an inventory in INI form has it."""
        own = "".join(f" {name}={value}" for name, value in variables.items())
        return f"{self.name} ansible_host=127.0.0.1 ansible_port={self.port}{own}\n"

    def die(self) -> None:
        """At once, with all that runs on it."""
        self.process.kill()
        self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()


class Farm:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts: list[Host] = []
        for name in ("client", "host"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)

    def start(self, name: str) -> Host:
        home = self.folder / name
        for part in ("files", "scratch"):
            (home / part).mkdir(parents=True)
        for _ in range(5):  # whatever port was free may be taken a moment later
            port = free_port()
            process = subprocess.Popen(self._command(home, port), stderr=subprocess.PIPE, text=True)
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if "Server listening" in line:
                    host = Host(name, port, home / "files", home / "scratch", process)
                    self.hosts.append(host)
                    return host
            process.wait()
            process.stderr.close()
        raise AssertionError(f"sshd does not start: {said}")

    def _command(self, home: Path, port: int) -> list[str]:
        options = {
            "Port": port,
            "ListenAddress": "127.0.0.1",
            "HostKey": self.folder / "host",
            "AuthorizedKeysFile": self.folder / "client.pub",
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "Subsystem": "sftp internal-sftp",
            "SetEnv": f"TMPDIR={home / 'scratch'}",
        }
        (home / "sshd_config").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
        root = [
            "bwrap",
            "--die-with-parent",
            "--unshare-pid",
            "--ro-bind",
            "/",
            "/",
            "--dev-bind",
            "/dev",
            "/dev",
            "--proc",
            "/proc",
        ]
        root += ["--tmpfs", "/run", "--dir", "/run/sshd", "--bind", str(home / "files"), "/mnt"]
        root += ["--bind", str(home / "scratch"), str(home / "scratch")]
        return [*root, str(program("sshd")), "-D", "-e", "-f", str(home / "sshd_config")]

    def inventory(self, text: str) -> Path:
        """An inventory in INI form, with how all its hosts are reached."""
        path = self.folder / "hosts.ini"
        user = pwd.getpwuid(os.getuid()).pw_name
        common = [
            f"ansible_user={user}",
            f"ansible_ssh_private_key_file={self.folder / 'client'}",
            "ansible_ssh_common_args='-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR'",
            "ansible_python_interpreter=/usr/bin/python3",
        ]
        path.write_text(text + "\n[all:vars]\n" + "".join(f"{line}\n" for line in common))
        return path


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
