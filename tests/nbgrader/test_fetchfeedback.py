"""nbgrader's tests of `nbgrader fetchfeedback`."""

from nbgrader.tests.apps.test_nbgrader_fetchfeedback import *  # noqa: F403
