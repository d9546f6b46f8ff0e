"""What is kept of feedback: counts by week, free texts apart from them, and hashes of invitations that were answered.

Nothing here names a person or a case, and no row is one answer: the same answers in another order leave the same rows.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from sqlite3 import Connection, IntegrityError

from msgspec import Struct

from bot.clock import HELSINKI
from bot.records.people import Person
from conversations.feedback_facts import Audience, Device

SHEET = "sheet"
"""The item under which it is counted how many were "asked", "answered" and "declined"."""


class Sheet(Struct, frozen=True):
    """All that is kept of where an answer comes from. ``length`` is the class of `length_of`, ``week`` an ISO week."""

    association: str
    audience: Audience
    band: str
    device: Device
    length: str
    week: str


def week_of(now: datetime, weeks: int = 0) -> str:
    """The ISO week of a moment in Finland, or so many weeks later: "2026-W48"."""
    return now.astimezone(HELSINKI).date().__add__(timedelta(weeks=weeks)).strftime("%G-W%V")


def first_day(week: str) -> date:
    """The Monday of a week."""
    return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()


def length_of(db: Connection, case: int | None) -> str:
    """How long the service was, by the meetings held."""
    (held,) = db.execute("SELECT count(*) FROM meeting WHERE case_id=? AND status='held'", (case,)).fetchone()
    return "none" if not held else "1-2" if held < 3 else "3-5" if held < 6 else "6+"


def new_token() -> bytes:
    """What an invitation is answered with, once."""
    return secrets.token_bytes(16)


def spend(db: Connection, token: bytes) -> None:
    """Use up an invitation; a LookupError if it was answered already."""
    try:
        db.execute("INSERT INTO spent (token) VALUES (?)", (hashlib.sha256(token).digest(),))
    except IntegrityError:
        raise LookupError("answered already") from None


def count(db: Connection, sheet: Sheet, item: str, value: str) -> None:
    """One more who chose this."""
    db.execute(
        "INSERT INTO tally (association, audience, band, device, length, week, item, value, count)"
        " VALUES (?,?,?,?,?,?,?,?,1) ON CONFLICT DO UPDATE SET count=count+1",
        (*_key(sheet), item, value),
    )


def store(db: Connection, sheet: Sheet, values: Mapping[str, str], texts: Mapping[str, str], until: str) -> None:
    """An answer becomes counts, and texts that go in the week ``until``."""
    count(db, sheet, SHEET, "answered")
    for item, value in values.items():
        count(db, sheet, item, value)
    for item, words in texts.items():
        db.execute(
            "INSERT INTO feedback_text (id, association, audience, band, item, words, until) VALUES (?,?,?,?,?,?,?)",
            (secrets.token_bytes(16), sheet.association, sheet.audience, sheet.band, item, words, until),
        )


def counted(
    db: Connection, association: str, audience: Audience, band: str, device: Device, weeks: Iterable[str]
) -> dict[str, dict[str, int]]:
    """How often each value of each item was chosen in these weeks."""
    chosen = list(weeks)
    marks = ",".join("?" * len(chosen))
    rows = db.execute(
        "SELECT item, value, sum(count) FROM tally WHERE association=? AND audience=? AND band=? AND device=?"
        f" AND week IN ({marks}) GROUP BY item, value",
        (association, audience, band, device, *chosen),
    )
    items: dict[str, dict[str, int]] = {}
    for item, value, times in rows:
        items.setdefault(item, {})[value] = times
    return items


def _key(sheet: Sheet) -> tuple[str, ...]:
    return (sheet.association, sheet.audience, sheet.band, sheet.device, sheet.length, sheet.week)


# Who reads the texts


def reader(db: Connection, association: str) -> tuple[int, str] | None:
    """Who reads an association's free texts, by id and name; None while there is nobody, and none are asked for."""
    return db.execute(  # type: ignore[no-any-return]
        "SELECT s.person_id, s.name FROM text_reader r JOIN seat s ON s.person_id=r.person_id"
        " AND s.association=r.association WHERE r.association=?",
        (association,),
    ).fetchone()


def name_reader(db: Connection, association: str, person: int) -> None:
    """Somebody with a seat in an association reads its texts from now on; a LookupError without one."""
    named = "INSERT INTO text_reader SELECT association, person_id FROM seat WHERE association=? AND person_id=?"
    if not db.execute(
        f"{named} ON CONFLICT DO UPDATE SET person_id=excluded.person_id", (association, person)
    ).rowcount:
        raise LookupError("nobody of this association")


def texts_for(db: Connection, person: Person) -> list[tuple[str, str, str, str]]:
    """The texts that somebody reads: audience, band, item and words, in an order that says nothing."""
    return db.execute(
        "SELECT t.audience, t.band, t.item, t.words FROM feedback_text t JOIN text_reader r"
        " ON r.association=t.association AND r.person_id=? JOIN seat s ON s.person_id=r.person_id"
        " AND s.association=r.association ORDER BY t.id",
        (person.id,),
    ).fetchall()


def forget(db: Connection, now: datetime) -> None:
    """Texts and codes whose time is over go."""
    db.execute("DELETE FROM feedback_text WHERE until <= ?", (week_of(now),))
