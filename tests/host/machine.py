"""A simulated Linux-VServer/OpenVZ machine in a throw-away root under bubblewrap; its commands are those of machine.sh."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
COMMANDS = ("vserver", "vserver-info", "vserver-stat", "vzctl", "vzlist", "service", "reboot")
GUEST = dict.fromkeys(("bin", "dev", "etc", "home", "lib", "mnt", "opt", "sbin", "usr", "var"), 0o755)
GUEST |= {"proc": 0o555, "root": 0o750, "tmp": 0o1777}
SAMPLE = 'ONBOOT="no"\nUPTIMELIMIT="0"\nKMEMSIZE="2752512:2936012"\nOSTEMPLATE="fedora-core-4"\nORIGIN_SAMPLE="basic"\n'
CONFS = "etc/sysconfig/vz-scripts"


def missing() -> str | None:
    """Why there can be no simulated machine here, None when there can."""
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    tried = subprocess.run([*jailed(()), "true"], capture_output=True, text=True, check=False)
    return f"bubblewrap does not work here: {tried.stderr.strip()}" if tried.returncode else None


class Machine:
    """`root` holds all that the machine may change. It starts as the page's first step finds it: the old kernel, a guest v345."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / "var/lib/machine"
        for name in (
            "etc/sysconfig/vz-scripts",
            "vz/root",
            "vservers",
            "sbin",
            "root",
            "var/lib/machine/running",
            "var/lib/machine/faults",
        ):
            (root / name).mkdir(parents=True)
        for name, mode in GUEST.items():
            (root / "vservers/v345" / name).mkdir(parents=True)
            (root / "vservers/v345" / name).chmod(mode)
        for name in ("halt", "poweroff"):
            (root / "vservers/v345" / name).touch(0o644)
        (root / CONFS / "ve-vps.basic.conf-sample").write_text(SAMPLE)
        (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
        (root / "etc/group").write_text("root:x:0:\n")
        for name in COMMANDS:
            shutil.copy(HERE / "machine.sh", root / "sbin" / name)
            (root / "sbin" / name).chmod(0o755)
        self.put(simulated="", kernel="vserver", version="2.6.17.13")
        self.boot()

    def put(self, **state: str) -> None:
        """Sets files of the machine's state, "_" in a name for "-"."""
        for name, text in state.items():
            (self.state / name.replace("_", "-")).write_text(text)

    def fault(self, command: str, program: str) -> None:
        """What `command` prints goes through the sed program from now on."""
        (self.state / "faults" / f"{command}.sed").write_text(program)

    def conf(self) -> Path:
        """The container's configuration file."""
        return self.root / CONFS / "345.conf"

    def install_kernel(self) -> None:
        """What a person does in step 2: from the next boot on it runs."""
        self.put(next_kernel="openvz")

    def install_vzctl(self) -> None:
        """What a person does in step 3."""
        self.put(vzctl_installed="")

    def boot(self) -> None:
        """Starts the machine anew: the installed kernel, another boot id, the containers that start with it."""
        for running in (self.state / "running").iterdir():
            running.unlink()
        for name in ("vz-started", "reboot-wanted"):
            (self.state / name).unlink(missing_ok=True)
        if (self.state / "next-kernel").exists():
            self.put(kernel=(self.state / "next-kernel").read_text())
        self.put(boot_id=f"{uuid.uuid4()}\n")
        if (self.state / "kernel").read_text() == "openvz" and (self.state / "vzctl-installed").exists():
            self.put(vz_started="")
            if self.conf().exists() and 'ONBOOT="yes"' in self.conf().read_text() and (self.root / "vz/private/345/bin").is_dir():
                (self.state / "running/ct345").touch()
                (self.root / "vz/private/345/fastboot").touch(0o644)

    @property
    def wants_reboot(self) -> bool:
        return (self.state / "reboot-wanted").exists()

    def command(self, *words: str) -> list[str]:
        """The words that run `words` on the machine."""
        binds = [f"--bind {self.root / name} /{name}" for name in ("etc", "vz", "vservers", "var", "root")]
        options = " ".join((*binds, f"--ro-bind {self.root / 'sbin'} /sbin", "--ro-bind-try /etc/alternatives /etc/alternatives"))
        boot = ["--ro-bind", str(self.state / "boot-id"), "/proc/sys/kernel/random/boot_id"]
        return [*jailed(options.split()), *boot, "--setenv", "PATH", "/sbin:/usr/bin:/bin", "--setenv", "HOME", "/root", *words]

    def run(self, script: Path, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
        """Runs a rendered script on the machine; `answers` are what a person types."""
        inside = self.root / "root/verify.sh"
        shutil.copy(script, inside)
        words: Sequence[str] = self.command("bash", "/root/verify.sh", *arguments)
        return subprocess.run(words, input=answers, capture_output=True, text=True, check=False, timeout=60)


def jailed(options: Sequence[str], user: int = 0) -> list[str]:
    """The words that run what follows them without a network, in a root of which only /tmp and what `options` bind can be changed."""
    words = [
        "bwrap",
        "--unshare-user",
        "--uid",
        str(user),
        "--gid",
        str(user),
        "--unshare-pid",
        "--unshare-net",
        "--unshare-ipc",
        "--die-with-parent",
        "--new-session",
        "--clearenv",
    ]
    words += ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--setenv", "LANG", "C.UTF-8"]
    for name in ("bin", "lib", "lib32", "lib64"):
        path = Path("/", name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), str(path)]
        elif path.is_dir():
            words += ["--ro-bind", str(path), str(path)]
    return [*words, *options]
