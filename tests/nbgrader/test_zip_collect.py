"""nbgrader's tests of `nbgrader zip_collect`."""

from nbgrader.tests.apps.test_nbgrader_zip_collect import *  # noqa: F403
