"""nbgrader's tests of `nbgrader releasefeedback`."""

from nbgrader.tests.apps.test_nbgrader_releasefeedback import *  # noqa: F403
