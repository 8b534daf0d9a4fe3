"""Where things are said: one topic a channel, and no way to write a topic that means more than one."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.topics import FROM_CABINET, TO_CABINET, Channel, Place, everyone, partition, place, topic

CABINETS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", min_size=2, max_size=16)
TENANTS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=2, max_size=32)


@pytest.mark.parametrize(
    ("cabinet", "part"),
    # From another implementation of CRC-32 (gzip's trailer), mod 64: never renumbered.
    [("A01", "2c"), ("A03", "00"), ("C1", "03"), ("STATION-466", "3b"), ("00", "20")],
)
def test_partitions_are_never_renumbered(cabinet: str, part: str) -> None:
    assert partition(cabinet) == part
    assert topic("community", cabinet, Channel.UP) == f"locker/v1/community/{part}/{cabinet}/up"


@given(TENANTS, CABINETS, st.sampled_from(Channel))
def test_a_topic_can_be_taken_apart_again(tenant: str, cabinet: str, channel: Channel) -> None:
    text = topic(tenant, cabinet, channel)
    assert place(text) == Place(tenant, cabinet, channel)
    assert text.split("/")[3] == f"{zlib.crc32(cabinet.encode()) % 64:02x}"


@pytest.mark.parametrize("cabinet", ["", "A", "a03", "A" * 17, "A+3", "A#3", "A/3", "A 3", "Ä03", "A03\n", "$A03"])
def test_no_topic_for_a_cabinet_that_could_mean_more_than_itself(cabinet: str) -> None:
    with pytest.raises(ValueError, match="no topic"):
        topic("community", cabinet, Channel.UP)


@pytest.mark.parametrize("tenant", ["", "a", "A1", "a" * 33, "+", "#", "a/b", "a b", "a1\n"])
def test_no_topic_for_a_tenant_that_could_mean_more_than_itself(tenant: str) -> None:
    with pytest.raises(ValueError, match="no topic"):
        topic(tenant, "A03", Channel.UP)
    with pytest.raises(ValueError, match="no topic"):
        everyone(tenant, Channel.UP)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "locker/v1/community/00/A03",
        "locker/v1/community/00/A03/up/",
        "/locker/v1/community/00/A03/up",
        "locker/v2/community/00/A03/up",
        "lockers/v1/community/00/A03/up",
        "locker/v1/community/01/A03/up",
        "locker/v1/community/0/A03/up",
        "locker/v1/community/00/A03/upp",
        "locker/v1/community/00/A03/UP",
        "locker/v1/community/00/a03/up",
        "locker/v1/community/+/+/up",
        "locker/v1/#",
        "$SYS/broker/uptime",
        "locker/v1/community/00/A03/up\x00",
    ],
)
def test_what_no_cabinet_would_say_is_no_place(text: str) -> None:
    assert place(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_place_only_if_it_is_that_places_topic(text: str) -> None:
    found = place(text)
    assert found is None or topic(found.tenant, found.cabinet, found.channel) == text


def test_the_server_hears_all_cabinets_of_its_tenant() -> None:
    assert everyone("community", Channel.HELLO) == "locker/v1/community/+/+/hello"


def test_every_channel_has_one_direction() -> None:
    assert sorted([*FROM_CABINET, *TO_CABINET]) == sorted(Channel)
