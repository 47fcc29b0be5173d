"""The course: where its folders are, and which engine grades."""

from autograder import nbgrader_plugin

c = get_config()  # type: ignore[name-defined] # noqa: F821 - nbgrader provides it

c.CourseDirectory.course_id = "chainrule"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
# What describes mistakes and right answers stays with the instructor.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
c.CourseDirectory.ignore += ["misconceptions.toml", "variants.toml", "wrong-answers.toml", "same-values.toml"]
c.CourseDirectory.ignore += [".chainrule-*"]

nbgrader_plugin.use(c)
