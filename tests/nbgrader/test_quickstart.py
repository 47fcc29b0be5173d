"""nbgrader's tests of `nbgrader quickstart`."""

from nbgrader.tests.apps.test_nbgrader_quickstart import *  # noqa: F403
