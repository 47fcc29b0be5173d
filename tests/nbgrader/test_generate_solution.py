"""nbgrader's tests of `nbgrader generate_solution`."""

from nbgrader.tests.apps.test_nbgrader_generate_solution import *  # noqa: F403
