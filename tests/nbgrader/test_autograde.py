"""nbgrader's tests of `nbgrader autograde`."""

from nbgrader.tests.apps.test_nbgrader_autograde import *  # noqa: F403
