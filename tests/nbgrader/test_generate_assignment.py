"""nbgrader's tests of `nbgrader generate_assignment`."""

from nbgrader.tests.apps.test_nbgrader_generate_assignment import *  # noqa: F403
