"""A student is found by what a platform says of them, and nobody is taken for somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.platforms import people as roster
from autograder.platforms.handed_in import Sender
from autograder.platforms.people import People, Person, RosterError

CLASS = [
    Person("ada", "Ada", "Lovelace", "ada@uni.example", "101", "7001"),
    Person("jm", "Jürgen", "Müller-Lüdenscheidt", "jm@uni.example", "102"),
    Person("jos", "José María", "Núñez Peña", "", "103"),
    Person("li1", "Li", "Wei", "li1@uni.example", "104"),
    Person("li2", "Li", "Wei", "li2@uni.example", "105"),
    Person("zoe", "Zoë", "O'Brien"),
]


@pytest.mark.parametrize(
    ("sender", "who"),
    [
        (Sender(platform_id="101"), "ada"),
        (Sender(number="7001"), "ada"),
        (Sender(email="ADA@uni.example"), "ada"),
        (Sender(name="Ada Lovelace"), "ada"),
        (Sender(name="lovelaceada"), "ada"),
        (Sender(name="Group 3-Ada Lovelace"), "ada"),
        (Sender(name="ADA"), "ada"),
        (Sender(name="Jürgen Müller-Lüdenscheidt"), "jm"),
        (Sender(name="Ju\u0308rgen Mu\u0308ller-Lu\u0308denscheidt"), "jm"),
        (Sender(name="Juergen Mueller-Luedenscheidt"), "jm"),
        (Sender(name="mullerludenscheidtjurgen"), "jm"),
        (Sender(name="mllerldenscheidtjrgen"), "jm"),
        (Sender(name="José María Núñez Peña"), "jos"),
        (Sender(name="nunezpenajosemaria"), "jos"),
        (Sender(name="Zoë O'Brien"), "zoe"),
        (Sender(name="obrienzoe"), "zoe"),
        (Sender(name="Li Wei", platform_id="105"), "li2"),
    ],
)
def test_who_sent_it_is_found(sender: Sender, who: str) -> None:
    person, why = People(CLASS).find(sender)
    assert person and person.id == who, why


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        (Sender(name="Li Wei"), "could be li1 or li2"),
        (Sender(name="Ada Byron"), "is not among the students"),
        (Sender(), "is not among the students"),
        (Sender(name="Ada Lovelace", platform_id="105"), None),
    ],
)
def test_who_cannot_be_told_is_nobody(sender: Sender, why: str | None) -> None:
    person, said = People(CLASS).find(sender)
    if why is None:
        assert person and person.id == "li2", "the id is surer than the name"
    else:
        assert person is None and why in said


@pytest.mark.parametrize(
    "text",
    [
        "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@x.example,101\n",
        "\ufeffid;First name;Last name;Email address;lms_user_id\r\nada;Ada;Lovelace;ada@x.example;101\r\n",
        'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Lovelace, Ada",101,7001,ada,Monday\n',
        "username\tname\te-mail\tCanvas ID\nada\tAda Lovelace\tada@x.example\t101\n",
    ],
    ids=["nbgrader's", "with semicolons and a mark", "Canvas's gradebook", "with tabs"],
)
def test_a_roster_is_any_table_whose_titles_are_understood(tmp_path: Path, text: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode())
    (ada,) = roster.read(path)
    assert (ada.id, ada.first_name, ada.last_name, ada.lms_user_id) == ("ada", "Ada", "Lovelace", "101")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"id,name\nada,A\nada,B\n", "the id ada stands twice"),
        (b"colour\nred\n", "has no column for the student's id"),
        (b"id\n../x\n", "line 2"),
        (b"id\n", "no row"),
        (b"", "no row"),
        (b"id,name\nada,J\xfcrgen\n", "not UTF-8"),
    ],
)
def test_a_roster_that_cannot_be_used_says_where_and_why(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "roster.csv").write_bytes(data)
    with pytest.raises(RosterError, match=said):
        roster.read(tmp_path / "roster.csv")


def test_a_roster_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="cannot be read"):
        roster.read(tmp_path / "roster.csv")
