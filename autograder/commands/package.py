"""An autograder to be uploaded: the engine, one assignment's source and what starts them in a platform's container."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from importlib import metadata
from importlib.resources import files as resources
from pathlib import Path

from packaging.requirements import Requirement

import autograder
import chainrule
from autograder import files
from autograder.commands.container import Platform
from autograder.course.folders import CONFIG, Course
from autograder.platforms import prairielearn

FOLDER = "packages"
"""Below the course, where packages are written."""
SUBMISSION_SECONDS = 600
"""PrairieLearn stops a grader then; it is the most that it allows."""
PACKAGES = (chainrule, autograder)
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.pyc")


def make(course: Course, assignment: str, platform: Platform, image: str) -> Path:
    """Write a package for one assignment: a zip for Gradescope, a question's folder for PrairieLearn.

    `image` names the container image that the instructor builds for PrairieLearn from the Dockerfile in the folder.
    """
    target = course.root / FOLDER / f"{assignment}-{platform}"
    with tempfile.TemporaryDirectory(prefix="chainrule-package-") as name:
        fresh = Path(name) / "package"
        if platform == "gradescope":
            _engine(course, assignment, fresh)
            _scripts(fresh, ("setup.sh", "run_autograder"))
            target.parent.mkdir(parents=True, exist_ok=True)
            made = Path(shutil.make_archive(str(Path(name) / "made"), "zip", fresh))
            return Path(shutil.move(made, target.with_suffix(".zip")))
        _engine(course, assignment, fresh / "tests")
        _scripts(fresh / "tests", ("run.sh", "Dockerfile"))
        _question(course, assignment, fresh, image)
        files.replace_folder(fresh, target)
        return target


def _engine(course: Course, assignment: str, target: Path) -> None:
    """What grades: both Python packages, what they need, and a course of the one assignment."""
    for package in PACKAGES:
        here = Path(str(package.__file__)).parent
        shutil.copytree(here, target / "python" / here.name, ignore=LEFT_OUT)
    data = Path(str(chainrule.__file__)).parents[1] / "data"
    if data.is_dir() and not (target / "python" / "chainrule" / "data").exists():
        shutil.copytree(data, target / "python" / "chainrule" / "data", ignore=LEFT_OUT)
    (target / "requirements.txt").write_text("".join(f"{line}\n" for line in _requirements()), "utf-8")
    there = target / "course"
    there.mkdir(parents=True)
    for path in course.root.glob("*.py"):
        shutil.copy(path, there)
    source = course.folder("source", assignment)
    shutil.copytree(source, there / source.relative_to(course.root), ignore=LEFT_OUT)
    assert (there / CONFIG).exists()


def _requirements() -> list[str]:
    """What an instructor's installation needs, in the versions that are installed here."""
    found = []
    for line in metadata.requires("chainrule") or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": "instructor"}):
            found.append(f"{requirement.name}=={metadata.version(requirement.name)}")
    return sorted(found)


def _scripts(target: Path, names: tuple[str, ...]) -> None:
    for name in names:
        path = target / name
        path.write_text(resources("autograder.platforms").joinpath("scripts", name).read_text("utf-8"), "utf-8")
        path.chmod(0o755)


def _question(course: Course, assignment: str, target: Path, image: str) -> None:
    """What PrairieLearn shows: where notebooks are uploaded, and what came of them."""
    names = ",".join(path.name for path in course.sources(assignment))
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"chainrule:{course.directory.course_id}/{assignment}")
    about = prairielearn.info(assignment, image, SUBMISSION_SECONDS, str(key))
    (target / "info.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    page = resources("autograder.platforms").joinpath("scripts", "question.html").read_text("utf-8")
    (target / "question.html").write_text(page.replace("NOTEBOOKS", names), "utf-8")
