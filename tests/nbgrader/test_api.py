"""nbgrader's tests of its API."""

from nbgrader.tests.apps.test_api import *  # noqa: F403
