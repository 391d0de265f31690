from xml.etree import ElementTree as ET

import pytest

from agent_desk.domain.email_address import is_email
from agent_desk.domain.limits import check_email
from tests.domain.parcels import data_file

_CONTROL_PICTURES = {0x2400 + code: code for code in range(32)}


def cases() -> list[tuple[str, str]]:
    """Address and category; the file writes control characters as their pictures."""
    root = ET.parse(data_file("email/tests.xml")).getroot()
    found = []
    for test in root.iter("test"):
        address = test.findtext("address") or ""
        found.append((address.translate(_CONTROL_PICTURES), test.findtext("category") or ""))
    return found


def test_every_malformed_address_of_the_collection_is_refused() -> None:
    malformed = [address for address, category in cases() if category == "ISEMAIL_ERR"]
    assert len(malformed) == 66
    assert [address for address in malformed if is_email(address)] == []


def test_every_plain_address_of_the_collection_is_accepted() -> None:
    plain = [address for address, category in cases() if category in {"ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN"}]
    assert len(plain) > 10
    assert [address for address in plain if not is_email(address)] == []


@pytest.mark.parametrize("address", ["a@b\n", "a@b ", "a@@b", "a.@b.gy", "a@-b.gy", "å@b.gy", "a@b..gy", '"a"@b.gy'])
def test_what_is_no_plain_mailbox_is_refused(address: str) -> None:
    assert [one.code for one in check_email(address)] == ["email.malformed"]


def test_no_address_is_no_fault_and_a_long_one_is_two() -> None:
    assert check_email("") == ()
    assert [one.code for one in check_email("a" * 300)] == ["email.too_long", "email.malformed"]
