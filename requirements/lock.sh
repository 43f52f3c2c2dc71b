#!/usr/bin/env bash
# Pin every dependency named in pyproject.toml, with hashes, for every platform and Python >= 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links "$@"
}

compile pyproject.toml --output-file requirements/base.txt
compile pyproject.toml --group dev --constraint requirements/base.txt --output-file requirements/dev.txt
compile --group services --constraint requirements/dev.txt --output-file requirements/services.txt
