"""What is kept of feedback: counts by week, free texts apart from them, and hashes of invitations that were answered.

Nothing here names a person or a case, and no row is one answer: the same answers in another order leave the same rows.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from sqlite3 import Connection, IntegrityError

from msgspec import Struct

from bot.clock import HELSINKI
from bot.records.people import Person
from conversations import quarters
from conversations.feedback_facts import Audience, Device, Figures, Reader, WrittenText
from conversations.small_cells import may_be_shown

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


def store(db: Connection, sheet: Sheet, values: Mapping[str, str], texts: Mapping[str, str]) -> None:
    """An answer becomes counts, and texts apart from them."""
    count(db, sheet, SHEET, "answered")
    for item, value in values.items():
        count(db, sheet, item, value)
    for item, words in texts.items():
        db.execute(
            "INSERT INTO feedback_text (id, association, audience, band, item, words, week) VALUES (?,?,?,?,?,?,?)",
            (secrets.token_bytes(16), sheet.association, sheet.audience, sheet.band, item, words, sheet.week),
        )
    _lay_anew(db, "feedback_text")
    _lay_anew(db, "spent")


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


def figures(db: Connection, association: str, sheet: tuple[str, str, str], quarter: str, smallest: int) -> Figures:
    """The figures of an audience, band and device in a quarter, without what must not be seen. The rest of what is
    counted leaves the database nowhere else."""
    audience, band, device = sheet
    weeks = quarters.weeks_of(quarter)
    found = counted(db, association, audience, band, device, weeks)  # type: ignore[arg-type]  # of a button
    return may_be_shown(audience, band, device, quarter, found, smallest)  # type: ignore[arg-type]


# Who reads the texts


def reader(db: Connection, association: str) -> tuple[int, str] | None:
    """Who reads an association's free texts, by id and name; None while there is nobody, and none are asked for."""
    return db.execute(  # type: ignore[no-any-return]
        "SELECT s.person_id, s.name FROM text_reader r JOIN seat s ON s.person_id=r.person_id"
        " AND s.association=r.association WHERE r.association=?",
        (association,),
    ).fetchone()


def readers(db: Connection, association: str) -> tuple[Reader, ...]:
    """Whoever can read an association's texts, and who does."""
    named = (reader(db, association) or (0, ""))[0]
    found = db.execute(
        "SELECT person_id, name FROM seat WHERE association=? AND (role IN ('worker', 'lead') OR person_id=?)"
        " ORDER BY name, person_id",
        (association, named),
    )
    return tuple(Reader(person, name, person == named) for person, name in found)


def name_reader(db: Connection, association: str, person: int) -> None:
    """Somebody with a seat in an association reads its texts from now on; a LookupError without one."""
    named = "INSERT INTO text_reader SELECT association, person_id FROM seat WHERE association=? AND person_id=?"
    if not db.execute(
        f"{named} ON CONFLICT DO UPDATE SET person_id=excluded.person_id", (association, person)
    ).rowcount:
        raise LookupError("nobody of this association")


def name_nobody(db: Connection, association: str) -> None:
    """Nobody reads an association's texts, so none are asked for. Those that are there wait."""
    db.execute("DELETE FROM text_reader WHERE association=?", (association,))


def is_reader(db: Connection, person: Person) -> bool:
    """Whether somebody is named to read texts."""
    return db.execute("SELECT 1 FROM text_reader WHERE person_id=?", (person.id,)).fetchone() is not None


def texts_for(db: Connection, person: Person, now: datetime) -> tuple[WrittenText, ...]:
    """The texts that somebody reads, in an order that says nothing. They come when their week is over, several at once:
    a text that comes while its writer is still in the chat would name them."""
    return tuple(WrittenText(_named(text[0]), *text[1:]) for text in _texts(db, person, now))


def drop_text(db: Connection, person: Person, key: str, now: datetime) -> None:
    """The reader removes a text; a LookupError if it is not there, or somebody else's to read."""
    found = [row[0] for row in _texts(db, person, now) if _named(row[0]) == key]
    if not found:
        raise LookupError("no such text")
    db.execute("DELETE FROM feedback_text WHERE id=?", found)


def _texts(db: Connection, person: Person, now: datetime) -> list[tuple[bytes, Audience, str, str, str]]:
    return db.execute(
        "SELECT t.id, t.audience, t.band, t.item, t.words FROM feedback_text t JOIN text_reader r"
        " ON r.association=t.association AND r.person_id=? JOIN seat s ON s.person_id=r.person_id"
        " AND s.association=r.association WHERE t.week < ? ORDER BY t.id",
        (person.id, week_of(now)),
    ).fetchall()


def _named(key: bytes) -> str:
    """What a conversation calls a text: nothing of the text stands in another table."""
    return hashlib.sha256(key).hexdigest()[:16]


# What goes, what becomes coarser, and where it lies


def forget(db: Connection, now: datetime, weeks: int) -> None:
    """Texts whose time is over go."""
    db.execute("DELETE FROM feedback_text WHERE week <= ?", (week_of(now, -weeks),))


def lay_anew(db: Connection, now: datetime, smallest: int) -> None:
    """Make small counts coarser, and write all rows once more in the order of their keys. SQLite puts a new row where a
    page has room, so where rows lie in the file would tell in which order they came."""
    _coarsen(db, week_of(now), smallest)
    for table in _TABLES:
        _lay_anew(db, table)


_TABLES = {"tally": 9, "feedback_text": 7, "spent": 1}
"""By their number of columns, of which the first are the key."""


def _lay_anew(db: Connection, table: str) -> None:
    columns = _TABLES[table]
    marks, order = ",".join("?" * columns), ",".join(str(n) for n in range(1, columns + 1))
    rows = db.execute(f"SELECT * FROM {table} ORDER BY {order}").fetchall()
    db.execute(f"DELETE FROM {table}")
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _coarsen(db: Connection, week: str, smallest: int) -> None:
    """Weeks that are over, where somebody who knows who ended how would find a single answer: the classes of length of
    a week stay only where each has enough answers, and of a quarter that is over the weeks with too few become one."""
    found = db.execute(
        "SELECT association, audience, band, device, week, length, sum(count) FROM tally"
        " WHERE week < ? AND item=? AND value='answered' GROUP BY 1, 2, 3, 4, 5, 6",
        (week, SHEET),
    ).fetchall()
    for *where, length, answered in found:
        if answered < smallest and length != "any":
            _merge(db, where, ("length", "any"))
    over = [row for row in found if quarters.quarter_of(row[4]) < quarters.quarter_of(week)]
    for where in {tuple(row[:5]) for row in over}:
        last = quarters.weeks_of(quarters.quarter_of(where[4]))[-1]
        if sum(row[6] for row in over if tuple(row[:5]) == where) < smallest and where[4] != last:
            _merge(db, where, ("week", last))


def _merge(db: Connection, where: Sequence[str], into: tuple[str, str]) -> None:
    """All counts of a week get the same length, or another week, and those that are alike then are added."""
    same = "association=? AND audience=? AND band=? AND device=? AND week=?"
    rows = db.execute(f"SELECT * FROM tally WHERE {same}", where).fetchall()
    db.execute(f"DELETE FROM tally WHERE {same}", where)
    place = {"length": 4, "week": 5}[into[0]]
    for row in rows:
        db.execute(
            "INSERT INTO tally VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET count=count+excluded.count",
            (*row[:place], into[1], *row[place + 1 :]),
        )
