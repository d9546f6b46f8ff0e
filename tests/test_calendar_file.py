"""The calendar file of a meeting, read back by a parser: the time that was meant, and nothing that tells more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.calendar_file import meeting
from bot.clock import HELSINKI

MADE = datetime(2026, 11, 22, 8, 5, 7, 999, tzinfo=UTC)
STARTS = datetime(2026, 12, 3, 14, 30, tzinfo=HELSINKI)
MEETING: dict[str, Any] = {
    "uid": "d2c9a7", "sequence": 0, "starts": STARTS, "minutes": 60, "made": MADE, "title": "Tapaaminen", "place": "",
}  # fmt: skip


def read(file: bytes) -> Any:
    """The only event of a file."""
    calendar = Calendar.from_ical(file)
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"], "no zone, no alarm, nothing else"
    (event,) = calendar.walk("VEVENT")
    assert not event.errors
    return event


def test_a_file_is_this_and_nothing_else() -> None:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Calendar file//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "SUMMARY:Tapaaminen",
        "DTSTART:20261203T123000Z",
        "DTEND:20261203T133000Z",
        "DTSTAMP:20261122T080507Z",
        "UID:d2c9a7",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    made = meeting(**MEETING).decode()
    assert made.endswith("\r\n")
    assert sorted(made.split("\r\n")) == sorted([*lines, ""])
    assert "\n" not in made.replace("\r\n", "")


def test_a_change_keeps_the_uid_and_counts_up() -> None:
    moved = read(meeting(**MEETING | {"sequence": 1, "starts": STARTS + timedelta(days=1)}))
    assert (str(moved["UID"]), moved["SEQUENCE"]) == ("d2c9a7", 1)
    assert moved["DTSTART"].dt == datetime(2026, 12, 4, 12, 30, tzinfo=UTC)


def test_the_same_meeting_is_the_same_file() -> None:
    assert meeting(**MEETING) == meeting(**MEETING)


def test_a_place_is_there_only_if_it_is_given() -> None:
    assert "LOCATION" not in read(meeting(**MEETING))
    placed = read(meeting(**MEETING | {"place": "Katu 1, 00100 Helsinki; ovi B"}))
    assert str(placed["LOCATION"]) == "Katu 1, 00100 Helsinki; ovi B"


def local(time: str, fold: int = 0) -> datetime:
    """A time as clocks in Finland show it; ``fold`` tells the two hours apart that they show twice."""
    return datetime.fromisoformat(time).replace(tzinfo=HELSINKI, fold=fold)


@pytest.mark.parametrize(
    ("starts", "in_utc"),
    [
        ("2027-03-26 14:00", "2027-03-26 12:00Z"),  # the last working day of winter time
        ("2027-03-29 14:00", "2027-03-29 11:00Z"),  # the first of summer time
        ("2027-10-29 14:00", "2027-10-29 11:00Z"),  # the last of summer time
        ("2027-11-01 14:00", "2027-11-01 12:00Z"),  # the first of winter time
    ],
)
def test_a_meeting_beside_a_change_of_the_clocks_keeps_its_hour(starts: str, in_utc: str) -> None:
    begins = read(meeting(**MEETING | {"starts": local(starts)}))["DTSTART"].dt
    assert begins == datetime.fromisoformat(in_utc)
    assert f"{begins.astimezone(HELSINKI):%Y-%m-%d %H:%M}" == starts


@pytest.mark.parametrize(
    ("starts", "fold", "in_utc", "ends"),
    [
        ("2027-03-28 02:30", 0, "2027-03-28 00:30Z", "04:30"),  # from 3.00 to 4.00 there is no time
        ("2027-10-31 03:30", 0, "2027-10-31 00:30Z", "03:30"),  # the first half past three
        ("2027-10-31 03:30", 1, "2027-10-31 01:30Z", "04:30"),  # the second
    ],
)
def test_an_hour_over_a_change_of_the_clocks_lasts_an_hour(starts: str, fold: int, in_utc: str, ends: str) -> None:
    event = read(meeting(**MEETING | {"starts": local(starts, fold)}))
    assert event["DTSTART"].dt == datetime.fromisoformat(in_utc)
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=1)
    assert f"{event['DTEND'].dt.astimezone(HELSINKI):%H:%M}" == ends


WORDS = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\n,;:\\\"'äÖ😀"), max_size=200)


@given(title=WORDS, place=WORDS)
def test_any_words_stay_where_they_are_and_lines_are_folded(title: str, place: str) -> None:
    file = meeting(**MEETING | {"title": title, "place": place})
    lines = file.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert "\ufffd" not in "".join(line.decode(errors="replace") for line in lines), "no character is cut in two"
    event = read(file)
    assert str(event["SUMMARY"]) == title
    assert str(event.get("LOCATION", "")) == place
    assert {*event} - {"LOCATION"} == {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS"}


def test_a_time_without_a_zone_is_refused() -> None:
    for name in ("starts", "made"):
        with pytest.raises(AssertionError):
            meeting(**MEETING | {name: datetime(2026, 12, 3, 14, 30)})
