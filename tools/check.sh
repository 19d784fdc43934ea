#!/usr/bin/env bash
# Everything that is checked without running the product: format, lint, types, architecture, messages.
# All of it runs, so that one round shows every fault; the exit status is 1 when anything failed.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
step() {
    local name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || failed+=("$name")
}

step "format" .venv/bin/ruff format --check -q .
step "lint" .venv/bin/ruff check -q .
step "types" .venv/bin/mypy
step "architecture, documents, secrets, licences" .venv/bin/python -m pytest -n 2 tests/architecture
step "messages" .venv/bin/python tools/messages.py check

if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "$(IFS=,; printf '%s' "${failed[*]}")" >&2
    exit 1
fi
echo "All checks pass."
