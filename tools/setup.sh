#!/usr/bin/env bash
# Makes .venv with every pinned package and the `liaison` command. Does nothing when nothing changed.
# Needs Python 3.11 or newer with pip; uses uv, pinned like everything else, and pip where uv cannot reach an index.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
    local name
    for name in "${LIAISON_PYTHON:-}" python3.11 python3.12 python3.13 python3; do
        if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 \
            && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Liaison needs Python 3.11 or newer. On Debian 12: apt install python3 python3-pip python3-venv"
    exit 1
}

# What .venv was made from: another folder, Python or pin makes it anew.
fingerprint() {
    { pwd; "$1" -c 'import sys; print(sys.version)'; cat requirements/dev.txt requirements/uv.txt tools/setup.sh; } \
        | sha256sum | cut -d' ' -f1
}

make_environment() {
    if "$1" -c 'import ensurepip' 2>/dev/null; then
        "$1" -m venv --clear .venv
    elif "$1" -m pip --version >/dev/null 2>&1; then
        "$1" -m venv --clear --without-pip .venv # Debian without python3-venv: the system's pip fills it
    else
        say "Python here has neither venv nor pip. On Debian 12: apt install python3-venv"
        exit 1
    fi
}

# pip of .venv, or the system's pip working on .venv.
pip_install() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install -q --disable-pip-version-check --no-compile --only-binary :all: --require-hashes "$@"
    else
        "$python" -m pip --python .venv/bin/python install -q --disable-pip-version-check --no-compile \
            --only-binary :all: --require-hashes "$@"
    fi
}

# uv takes seconds where pip takes a minute; pip takes over when uv is missing or reaches no index.
install_packages() {
    if pip_install -r requirements/uv.txt \
        && .venv/bin/uv pip sync -q --only-binary :all: --python .venv/bin/python --require-hashes \
            requirements/dev.txt requirements/uv.txt; then
        return
    fi
    say "uv could not install the packages; pip tries, which takes about a minute."
    pip_install -r requirements/dev.txt && return
    say "The packages could not be installed. Is there a package index (PIP_INDEX_URL, UV_DEFAULT_INDEX)?"
    exit 1
}

# The package itself, from this folder: no build, so no network.
link_package() {
    local site
    site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    pwd >"$site/liaison.pth"
    cat >.venv/bin/liaison <<SCRIPT
#!$PWD/.venv/bin/python
import sys

from liaison.cli.main import main

sys.exit(main())
SCRIPT
    chmod 755 .venv/bin/liaison
}

python=$(find_python)
wanted=$(fingerprint "$python")
if [ "$(cat .venv/.stamp 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi
say "Setting up .venv (once)."
make_environment "$python"
install_packages
link_package
say "Compiling the inner loops of the matcher (once)."
.venv/bin/python -c "from liaison.matching import warm_up; warm_up()"
printf '%s\n' "$wanted" >.venv/.stamp
