"""Where the servers of a checkout keep their data, and as whom they run."""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.services.errors import ServicesUnavailable

SYSTEM_FOLDERS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108  (made with mkdtemp below)

LONGEST_SOCKET_FOLDER = 85  # names may have 103 bytes on macOS, 107 on Linux


@dataclass(frozen=True)
class Account:
    """Whom the servers run as: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @property
    def is_self(self) -> bool:
        return self.uid == os.geteuid()

    def may_pass(self, folder: Path) -> bool:
        """Whether this account can reach the folder as the modes stand now."""
        above = [folder, *folder.parents]
        return self.is_self or all(step.stat().st_mode & stat.S_IXOTH for step in above)

    def own(self, path: Path) -> None:
        if not self.is_self:
            os.chown(path, self.uid, self.gid)


def server_account() -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise ServicesUnavailable(
            "As root, the embedded servers run as the user 'nobody', and there is none."
        ) from None
    return Account(nobody.pw_uid, nobody.pw_gid)


@dataclass(frozen=True)
class Home:
    """One set of services: data, sockets, logs and locks."""

    path: Path

    @property
    def users_lock(self) -> Path:
        return self.path / "users"

    @property
    def door_lock(self) -> Path:
        return self.path / "door"

    @property
    def keeper_lock(self) -> Path:
        return self.path / "keeper"

    @property
    def ready_file(self) -> Path:
        return self.path / "ready.json"

    @property
    def log(self) -> Path:
        return self.path / "keeper.log"

    def sockets(self) -> Path:
        """A private folder for the sockets, short enough for the kernel to take their names."""
        near = self.path / "sockets"
        if len(os.fsencode(near)) < LONGEST_SOCKET_FOLDER:
            near.mkdir(exist_ok=True)
            return near
        pointer = self.path / "sockets.path"
        if pointer.exists() and Path(pointer.read_text()).is_dir():
            return Path(pointer.read_text())
        far = Path(tempfile.mkdtemp(prefix="credence-"))
        pointer.write_text(str(far))
        return far

    def create(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def remove(self) -> None:
        shutil.rmtree(self.sockets(), ignore_errors=True)
        shutil.rmtree(self.path, ignore_errors=True)


def home_of(checkout: Path) -> Home:
    """The checkout's own home: its `.run` folder, or a system folder that `.run` points to."""
    run = checkout.resolve() / ".run"
    run.mkdir(exist_ok=True)
    if server_account().may_pass(run.parent):
        run.chmod(0o711 if os.geteuid() == 0 else 0o700)
        return Home(run / "services")
    return Home(_elsewhere(checkout.resolve(), pointer=run / "elsewhere") / "services")


def remove_elsewhere(checkout: Path) -> None:
    """Delete the system folder of a checkout, if it has one."""
    pointer = checkout.resolve() / ".run" / "elsewhere"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(), ignore_errors=True)
        pointer.unlink()


def throwaway_folder(checkout: Path) -> Path:
    """Where the homes of test runs lie, beside the checkout's own."""
    folder = home_of(checkout).path.parent / "throwaway"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def _elsewhere(checkout: Path, pointer: Path) -> Path:
    """A passable folder for a checkout inside, say, a root home of mode 700.

    Opening the parents would work too, and would open root's home to everyone.
    """
    if pointer.exists():
        folder = Path(pointer.read_text())
        if _belongs_to(checkout, folder):
            return folder
    folder = _make_system_folder()
    folder.chmod(0o711)
    (folder / "checkout").write_text(str(checkout))
    pointer.write_text(str(folder))
    return folder


def _belongs_to(checkout: Path, folder: Path) -> bool:
    """Yes for a checkout that stayed or moved; a copy must not share the original's data."""
    note = folder / "checkout"
    if not note.exists():
        return False
    if note.read_text() != str(checkout) and Path(note.read_text()).exists():
        return False
    note.write_text(str(checkout))
    return True


def _make_system_folder() -> Path:
    account = server_account()
    for parent in SYSTEM_FOLDERS:
        if parent.is_dir() and os.access(parent, os.W_OK) and account.may_pass(parent):
            return Path(tempfile.mkdtemp(prefix="credence-", dir=parent))
    raise ServicesUnavailable(f"No folder of {SYSTEM_FOLDERS} can hold the services' data.")
