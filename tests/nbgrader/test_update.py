"""nbgrader's tests of `nbgrader update`."""

from nbgrader.tests.apps.test_nbgrader_update import *  # noqa: F403
