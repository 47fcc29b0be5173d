#!/usr/bin/env bash
# PrairieLearn runs this for each submission, in the image of the Dockerfile beside, and reads results/results.json.
root="${GRADE_ROOT:-/grade}"
chmod -R go-rwx "$root/tests/course"
export PYTHONPATH="$root/tests/python"
exec python -m autograder.cli container prairielearn "$root" --course "$root/tests/course"
