#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: a Python that is new enough, and what the grader needs.
set -euo pipefail
here="${AUTOGRADER_ROOT:-/autograder}/source"

newest() {
    for version in 3.14 3.13 3.12 3.11; do
        command -v "python$version" && return
    done
    return 1
}

if ! python="$(newest)"; then
    apt-get update
    apt-get install -y python3.12 python3.12-venv || apt-get install -y python3.11 python3.11-venv
    python="$(newest)"
fi
"$python" -m venv "$here/venv" || { apt-get update; apt-get install -y "$(basename "$python")-venv"; "$python" -m venv "$here/venv"; }
"$here/venv/bin/pip" install --requirement "$here/requirements.txt"
# Nobody but the grader reads the tests: student code runs as another user where the sandbox can't hide files.
chmod -R go-rwx "$here/course"
