"""nbgrader's tests of `nbgrader collect`."""

from nbgrader.tests.apps.test_nbgrader_collect import *  # noqa: F403
