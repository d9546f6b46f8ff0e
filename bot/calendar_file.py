"""The calendar file of one meeting, which a person may put into a calendar of their own. Pure: no clock, no chance.

Times are in UTC: a calendar shows them in its own zone, and no table of daylight-saving time comes along that could be
wrong. Nothing in the file names a person or the service; whoever else reads that calendar learns a time and a title.
"""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

_MAKER = "-//Calendar file//EN"
"""The format asks who made the file; this says nothing."""


def meeting(
    *, uid: str, sequence: int, starts: datetime, minutes: int, made: datetime, title: str, place: str
) -> bytes:
    """One meeting as the content of an .ics file.

    ``uid`` stays the same for as long as it is the same meeting, and each change of it counts ``sequence`` up: so a
    calendar moves what it has instead of adding it anew. No ``place`` leaves it out.
    """
    assert starts.tzinfo is not None, "a time without a zone is no moment"
    assert made.tzinfo is not None, "a time without a zone is no moment"
    begins = starts.astimezone(UTC)  # first: in a zone of its own a sum counts the clock's hours, not those that pass
    event = Event()
    event.add("uid", uid)
    event.add("sequence", sequence)
    event.add("dtstamp", made.astimezone(UTC))
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=minutes))
    event.add("summary", title)
    if place:
        event.add("location", place)
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _MAKER)
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
