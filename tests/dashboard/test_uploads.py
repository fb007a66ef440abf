"""A delegate list from a stranger: limited, read, named by a token, its names plain text."""

from __future__ import annotations

import pytest

from dashboard.address import Address
from dashboard.language import Words
from dashboard.uploads import MAX_UPLOAD, Uploads
from dashboard.views import roster_choice
from gfmd_sim.errors import UserError

LIST = b"name,group\n<script>alert(1)</script>,states\n=1+1,youth\n"


def test_a_list_is_kept_under_a_token(uploads: Uploads) -> None:
    found = uploads.add("delegates.csv", LIST)
    assert found.n_delegates == 2
    assert uploads.add("other name.csv", LIST) == found
    assert uploads.get(found.token) == found
    assert "delegates" not in found.path.name
    uploads.close()
    assert not found.path.exists() and uploads.get(found.token) is None


def test_groups_that_the_forum_lacks_are_told_at_once(uploads: Uploads) -> None:
    found = uploads.add("delegates.csv", LIST)
    with pytest.raises(UserError, match=r"unknown group.*youth"):
        uploads.add("delegates.csv", LIST, ["states"])
    assert uploads.get(found.token) == found and found.path.exists()
    assert uploads.add("delegates.csv", LIST, ["states", "youth"]) == found


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("list.exe", LIST, "CSV or XLSX"),
        ("list.csv", b"x" * (MAX_UPLOAD + 1), "too large"),
        ("list.csv", b"name\nAda\n", "list.csv"),
        ("list.csv", b"", "list.csv"),
        ("list.xlsx", b"no workbook", "list.xlsx"),
    ],
)
def test_what_cannot_be_used_is_said(
    uploads: Uploads, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        uploads.add(name, content)
    assert "/" not in str(caught.value).splitlines()[0].split(":")[0]


def test_a_name_that_is_there_twice_is_shown_beside_the_list(uploads: Uploads) -> None:
    twice = b"name,organisation,group\nAda,Ministry,states\nAda,Union,states\n"
    found = uploads.add("delegates.csv", twice)
    address = Address("en", "compare", (("roster", found.token),))
    for code, told in (("en", "lines 2, 3"), ("fr", "figure plusieurs fois")):
        assert told in str(roster_choice(address, Words(code), uploads))
