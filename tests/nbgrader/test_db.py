"""nbgrader's tests of `nbgrader db`."""

from nbgrader.tests.apps.test_nbgrader_db import *  # noqa: F403
