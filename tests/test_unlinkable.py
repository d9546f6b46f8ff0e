"""Somebody who has the whole database open finds no way from an answer to a person or a case, and none back.

The attacker reads every table, every row, the file itself, and knows who was asked and in which order they answered.
Each attack is shown to work on a table that is built the naive way.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import permutations
from random import Random

import pytest

from bot import retention
from bot.clock import HELSINKI
from bot.database import migrate
from bot.records import cases, feedback, people
from bot.records.feedback import SHEET, Sheet
from conversations.feedback import CHILDREN, PARENTS
from conversations.feedback_facts import Audience, Device
from conversations.small_cells import questions_of
from tests.office_plain import WORKER, Kind, Office
from tests.offices import TOLD
from tests.theatre import MONDAY, SOUTH, references

TABLES = ("tally", "feedback_text", "spent")
COLUMNS = {
    "tally": ("association", "audience", "band", "device", "length", "week", "item", "value", "count"),
    "feedback_text": ("id", "association", "audience", "band", "item", "words", "until"),
    "spent": ("token",),
}
"""All that is kept. Whoever adds a column says here why it leads nowhere."""

KINDS = ("association", "audience", "band", "device", "length", "week", "until", "item", "value", "count")
"""Columns whose values are the same for many: kinds, weeks and numbers. `test_kinds_are_kinds` holds them to it."""

SCALES = {
    (audience, band, question.name): {value for value, _ in question.scale.values}
    for audience, band in (("parent", ""), ("meeting", ""), *(("child", band) for band in CHILDREN))
    for question in questions_of(audience, band)  # type: ignore[arg-type]  # three of the literals
}
FAMILIES = 6

Answer = tuple[dict[str, str], dict[str, str]]
Link = tuple[str, str, object]


# The histories


class Feedbacks:
    """Families whose service has ended, each asked and each with answers of its own, and a child of every other."""

    def __init__(self, seed: int) -> None:
        self.office = Office(Kind())
        self.db, self.seed = self.office.db, seed
        self.db.execute("PRAGMA secure_delete=ON")
        self.tokens = [sha256(f"token {n}".encode()).digest()[:16] for n in range(2 * FAMILIES)]
        draw = references()
        for n in range(FAMILIES):
            draw()
            parent = people.meet(self.db, 100 + n, "en", self.now)
            case = cases.open_case(self.db, SOUTH, self.now, 7, draw)
            cases.add_party(self.db, case, parent, TOLD)
            self.office.claims(case)
            self._asks(n, parent.id, case)
            self.office.passes(1)

    @property
    def now(self) -> datetime:
        return self.office.world.clock.now()

    def _asks(self, n: int, parent: int, case: int) -> None:
        until = int((self.now + timedelta(days=21)).timestamp())
        self.db.execute(
            "INSERT INTO survey (person_id, association, kind, case_id, length, token, stage, due_at, until)"
            " VALUES (?,?,'parent',?,'1-2',?,'asked',?,?)",
            (parent, SOUTH, case, self.tokens[n], until, until),
        )
        feedback.count(self.db, self.sheet("parent", "", "own"), SHEET, "asked")

    def sheet(self, audience: Audience, band: str, device: Device) -> Sheet:
        return Sheet(SOUTH, audience, band, device, "1-2", feedback.week_of(MONDAY))

    def answer(self, n: int) -> Answer:
        """What a family answers: it depends on the family alone, not on when it answers."""
        chance = Random(f"{self.seed} family {n}")
        values = {q.name: chance.choice(q.scale.values)[0] for q in PARENTS if chance.random() < 0.8}
        return values, {"helped": f"It was family number {n} that was helped by the talks."}

    def answers(self, n: int) -> None:
        """A parent answers: the invitation goes in the same turn."""
        chat = 100 + n
        (token,) = self.db.execute(
            "SELECT token FROM survey s JOIN person p ON p.id=s.person_id WHERE chat_id=?", (chat,)
        ).fetchone()
        feedback.spend(self.db, token)
        feedback.store(self.db, self.sheet("parent", "", "own"), *self.answer(n), until="2027-W21")
        self.db.execute("DELETE FROM survey WHERE token=?", (token,))
        if n % 2:
            self._child_answers(n)
        self.office.passes(1)

    def _child_answers(self, n: int) -> None:
        """On the worker's phone, begun from the family's case."""
        worker, token = self.office.person(WORKER).id, self.tokens[FAMILIES + n]
        self.db.execute(
            "INSERT INTO child (person_id, association, band, device, case_id, worker, length, token, seed, way_out)"
            " VALUES (?,?,'10-12','worker',?,?,'1-2',?,?,'[]')",
            (worker, SOUTH, 2 + n, worker, token, n),
        )
        feedback.spend(self.db, token)
        said = {"otherwise": f"More games, says the child of family number {n}."}
        values = {q.name: Random(f"child {n}").choice(q.scale.values)[0] for q in CHILDREN["10-12"]}
        feedback.store(self.db, self.sheet("child", "10-12", "worker"), values, said, until="2027-W21")
        self.db.execute("DELETE FROM child WHERE token=?", (token,))


def played(order: Sequence[int] = range(FAMILIES), seed: int = 0) -> Feedbacks:
    """A history in which the families answer in this order."""
    history = Feedbacks(seed)
    for n in order:
        history.answers(n)
    return history


# What the attacker does


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def elsewhere(db: sqlite3.Connection) -> Iterator[tuple[str, list[object]]]:
    """Every column of every table that is not about feedback."""
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
        for column in columns(db, table) if table not in TABLES else ():
            yield f"{table}.{column}", [v for (v,) in db.execute(f'SELECT "{column}" FROM "{table}"') if v is not None]


def by_values(db: sqlite3.Connection, table: str) -> set[Link]:
    """Values of a table that stand anywhere else, whole, as a part of something longer, or as their hash."""
    found: set[Link] = set()
    for column in columns(db, table):
        if column in KINDS:
            continue
        for (value,) in db.execute(f'SELECT "{column}" FROM "{table}"'):
            found |= {(column, where, value) for where, others in elsewhere(db) if _met(value, others)}
    return found


def _met(value: object, others: list[object]) -> bool:
    if value in others:
        return True
    if not isinstance(value, str | bytes):
        return False
    said = value.encode() if isinstance(value, str) else value
    hashes = {sha256(raw).digest() for raw in map(_raw, others)}
    parts = (said, said.hex().encode())
    return said in hashes or any(part in _raw(other) for other in others for part in parts)


def _raw(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def by_row_ids(db: sqlite3.Connection, table: str) -> list[int]:
    """The numbers of rows, which tell the order in which they came."""
    try:
        return [number for (number,) in db.execute(f"SELECT rowid FROM {table} ORDER BY rowid")]
    except sqlite3.OperationalError:
        return []


def by_times(db: sqlite3.Connection, table: str) -> set[str]:
    """Columns in which something is a time: a number as great as the seconds since 1970, or a date."""
    return {
        column
        for column in columns(db, table)
        for (value,) in db.execute(f'SELECT "{column}" FROM "{table}"')
        if (isinstance(value, int | float) and value > 10**8) or re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", str(value))
    }


def by_place(db: sqlite3.Connection, marks: Sequence[bytes]) -> list[int]:
    """Which of these words was written before which, judging by where they lie in the file: a page fills from its
    end."""
    content = db.serialize()
    assert all(content.count(mark) == 1 for mark in marks)
    return sorted(range(len(marks)), key=lambda n: -content.index(marks[n]))


NAIVE = """
CREATE TABLE naive (id INTEGER PRIMARY KEY, case_id INTEGER, token BLOB, item TEXT, value TEXT, words TEXT, at INTEGER);
"""


def naive(order: Sequence[int]) -> Feedbacks:
    """The same answers, kept as one would at first."""
    history = Feedbacks(0)
    history.db.executescript(NAIVE)
    for n in order:
        values, texts = history.answer(n)
        at = int(history.now.timestamp())
        for item, value in {**values, **texts}.items():
            row = (2 + n, sha256(history.tokens[n]).digest(), item, value, value if item in texts else None, at)
            history.db.execute("INSERT INTO naive VALUES (NULL,?,?,?,?,?,?)", row)
    return history


# The tests


@pytest.mark.parametrize("seed", range(3))
def test_no_value_of_an_answer_stands_in_any_other_table(seed: int) -> None:
    order = Random(seed).sample(range(FAMILIES), FAMILIES)
    db = played(order, seed).db
    assert [by_values(db, table) for table in TABLES] == [set()] * 3
    halfway = played(order[:3], seed).db
    assert halfway.execute("SELECT count(*) FROM survey").fetchone() == (3,), "also while others have not answered"
    assert [by_values(halfway, table) for table in TABLES] == [set()] * 3


def test_the_attack_by_values_finds_a_naive_link() -> None:
    found = by_values(naive(range(FAMILIES)).db, "naive")
    assert {("case_id", "party.case_id", 2), ("case_id", "cases.id", 2)} <= found
    assert any(column == "token" and where == "survey.token" for column, where, _ in found), (
        "a hash of what still stands"
    )


def test_kinds_are_kinds() -> None:
    db = played().db
    for association, audience, band, device, length, week, item, value, count in db.execute("SELECT * FROM tally"):
        assert association == SOUTH
        assert re.fullmatch(r"\d{4}-W\d\d", week)
        assert (audience, band, device) in {("parent", "", "own"), ("child", "10-12", "worker")}
        assert length in ("none", "1-2", "3-5", "6+")
        assert value in (SCALES | {(audience, band, SHEET): {"asked", "answered", "declined"}})[audience, band, item]
        assert 0 < count <= FAMILIES
    for association, audience, band, item, until in db.execute(
        "SELECT association, audience, band, item, until FROM feedback_text"
    ):
        assert (association, until) == (SOUTH, "2027-W21")
        assert (audience, band, item) in {("parent", "", "helped"), ("child", "10-12", "otherwise")}


def test_rows_have_no_numbers() -> None:
    db = played().db
    assert [by_row_ids(db, table) for table in TABLES] == [[], [], []]
    assert by_row_ids(naive(range(FAMILIES)).db, "naive")


def test_there_are_no_times() -> None:
    db = played().db
    assert [by_times(db, table) for table in TABLES] == [set(), set(), set()]
    assert by_times(naive(range(FAMILIES)).db, "naive") == {"at"}


def _dump(db: sqlite3.Connection, *tables: str) -> list[str]:
    return [line for line in db.iterdump() if line.startswith(tuple(f'INSERT INTO "{table}"' for table in tables))]


@pytest.mark.parametrize("seed", range(4))
def test_the_same_answers_in_another_order_leave_the_same_rows(seed: int) -> None:
    one, other = played(), played(Random(seed).sample(range(FAMILIES), FAMILIES))
    assert _dump(one.db, "tally", "spent") == _dump(other.db, "tally", "spent")
    texts = "SELECT association, audience, band, item, words, until FROM feedback_text ORDER BY words"
    assert one.db.execute(texts).fetchall() == other.db.execute(texts).fetchall()
    first, second = naive(range(FAMILIES)), naive(range(FAMILIES)[::-1])
    assert _dump(first.db, "naive") != _dump(second.db, "naive")


def test_texts_come_in_any_order() -> None:
    """Of three texts that were stored in one order, every order is met: the ids are random."""
    met = set()
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    for _ in range(300):
        db.execute("DELETE FROM feedback_text")
        for n in range(3):
            feedback.store(db, Sheet(SOUTH, "parent", "", "own", "1-2", "2026-W48"), {}, {"helped": str(n)}, "2027-W21")
        met.add("".join(words for (words,) in db.execute("SELECT words FROM feedback_text")))
        assert all(len(key) == 16 for (key,) in db.execute("SELECT id FROM feedback_text"))
    assert met == {"".join(order) for order in permutations("012")}


def test_where_rows_lie_in_the_file_tells_no_order_once_they_are_laid_anew() -> None:
    order = [3, 0, 5, 1, 4, 2]
    history = played(order)
    marks = [history.answer(n)[1]["helped"].encode() for n in range(FAMILIES)]
    assert by_place(history.db, marks) == order, "the attack works on what was just written"
    feedback.lay_anew(history.db)
    ids = [history.db.execute("SELECT id FROM feedback_text WHERE words=?", (m.decode(),)).fetchone() for m in marks]
    assert by_place(history.db, marks) == sorted(range(FAMILIES), key=lambda n: ids[n])


def test_rows_are_laid_anew_in_the_night() -> None:
    history = played([1, 0, 2, 3, 4, 5])
    marks = [history.answer(n)[1]["helped"].encode() for n in range(FAMILIES)]
    night = datetime(2026, 11, 25, 2, 0, 30, tzinfo=HELSINKI)
    retention.clean(history.db, night - timedelta(minutes=1), history.office.world.config.life)
    assert by_place(history.db, marks) == [1, 0, 2, 3, 4, 5]
    before = _dump(history.db, *TABLES)
    retention.clean(history.db, night, history.office.world.config.life)
    assert _dump(history.db, *TABLES) == before
    keys = history.db.execute("SELECT words FROM feedback_text WHERE audience='parent' ORDER BY id").fetchall()
    assert by_place(history.db, marks) == [marks.index(words.encode()) for (words,) in keys]


@pytest.mark.parametrize("seed", range(4))
def test_laid_anew_the_file_itself_is_the_same_in_every_order(seed: int) -> None:
    def file(order: Sequence[int], finish: Callable[[sqlite3.Connection], None]) -> bytes:
        db = sqlite3.connect(":memory:", isolation_level=None)
        migrate(db)
        db.execute("PRAGMA secure_delete=ON")
        for n in order:
            chance = Random(n)
            values = {q.name: chance.choice(q.scale.values)[0] for q in PARENTS}
            feedback.spend(db, bytes([n]) * 16)
            feedback.store(db, Sheet(SOUTH, "parent", "", "own", "1-2", "2026-W48"), values, {}, "2027-W21")
        finish(db)
        return db.serialize()

    order = Random(seed).sample(range(12), 12)
    assert file(range(12), feedback.lay_anew) == file(order, feedback.lay_anew)
    assert file(range(12), lambda db: None) != file(order, lambda db: None), "before, it is not"


def test_an_invitation_is_answered_once_and_its_token_is_gone() -> None:
    history = played()
    content = history.db.serialize()
    for token in history.tokens[:FAMILIES]:
        assert token not in content, "not in a single free page either"
        assert sha256(token).digest() in content
        with pytest.raises(LookupError):
            feedback.spend(history.db, token)
    assert history.db.execute("SELECT count(*) FROM survey").fetchone() == (0,)


def test_nothing_refers_to_the_tables_and_they_refer_to_nothing() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    schema = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchall()
    for table in TABLES:
        assert tuple(columns(db, table)) == COLUMNS[table]
        assert db.execute(f"PRAGMA foreign_key_list({table})").fetchall() == []
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            db.execute(f"SELECT rowid FROM {table}")
        assert [name for _, name, of, _ in schema if of == table] == [table], "no index, no trigger"
        mentioned = [
            n for _, n, of, sql in schema if of != table and re.search(rf"\b{table}\b", re.sub("--.*", "", sql or ""))
        ]
        assert mentioned == [], "no view, no trigger, no reference"
