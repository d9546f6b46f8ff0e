"""Somebody who has the whole database open finds no way from an answer to a person or a case, and none back.

The attacker reads every table, every row, the file itself, and knows who was asked and in which order they answered.
Each attack is shown to work on a table that is built the naive way.
"""

import hmac
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import permutations
from random import Random

import msgspec
import pytest

from bot import inbox, retention
from bot.clock import HELSINKI
from bot.database import migrate
from bot.records import cases, feedback, people
from bot.records.feedback import SHEET, Sheet
from conversations import quarters
from conversations.feedback import CHILDREN, PARENTS
from conversations.feedback_facts import Audience, Device
from conversations.small_cells import questions_of
from tests.office_plain import FIRST, OTHER, WORKER, Kind, Office
from tests.offices import TOLD
from tests.surveys import asked, begun, reads
from tests.theatre import MONDAY, SOUTH, references

TABLES = ("tally", "feedback_text", "spent")
COLUMNS = {
    "tally": ("association", "audience", "band", "device", "length", "week", "item", "value", "count"),
    "feedback_text": ("id", "association", "audience", "band", "item", "words", "week"),
    "spent": ("token",),
}
"""All that is kept. Whoever adds a column says here why it leads nowhere."""

KINDS = ("association", "audience", "band", "device", "length", "week", "item", "value", "count")
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
        feedback.store(self.db, self.sheet("parent", "", "own"), *self.answer(n))
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
        feedback.store(self.db, self.sheet("child", "10-12", "worker"), values, said)
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
        assert length in ("none", "1-2", "3-5", "6+", "any")
        assert value in (SCALES | {(audience, band, SHEET): {"asked", "answered", "declined"}})[audience, band, item]
        assert 0 < count <= FAMILIES
    for association, audience, band, item, week in db.execute(
        "SELECT association, audience, band, item, week FROM feedback_text"
    ):
        assert (association, week) == (SOUTH, "2026-W48")
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
    texts = "SELECT association, audience, band, item, words, week FROM feedback_text ORDER BY words"
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
            feedback.store(db, Sheet(SOUTH, "parent", "", "own", "1-2", "2026-W48"), {}, {"helped": str(n)})
        met.add("".join(words for (words,) in db.execute("SELECT words FROM feedback_text")))
        assert all(len(key) == 16 for (key,) in db.execute("SELECT id FROM feedback_text"))
    assert met == {"".join(order) for order in permutations("012")}


def test_where_texts_lie_in_the_file_tells_no_order_from_the_first_moment_on() -> None:
    order = [3, 0, 5, 1, 4, 2]
    history = played(order)
    marks = [history.answer(n)[1]["helped"].encode() for n in range(FAMILIES)]
    ids = [history.db.execute("SELECT id FROM feedback_text WHERE words=?", (m.decode(),)).fetchone() for m in marks]
    assert by_place(history.db, marks) == sorted(range(FAMILIES), key=lambda n: ids[n])
    history.db.execute("DELETE FROM feedback_text")
    for n in order:
        row = (Random(n).randbytes(16), marks[n].decode())
        history.db.execute("INSERT INTO feedback_text VALUES (?,'south','parent','','helped',?,'2026-W48')", row)
    assert by_place(history.db, marks) == order, "the attack works on what is only inserted"


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
            feedback.store(db, Sheet(SOUTH, "parent", "", "own", "1-2", "2026-W48"), values, {})
        finish(db)
        return db.serialize()

    def until(moment: datetime) -> Callable[[sqlite3.Connection], None]:
        return lambda db: retention.clean(db, moment, Office(Kind()).world.config)

    order = Random(seed).sample(range(12), 12)
    night = datetime(2026, 11, 25, 2, 0, 30, tzinfo=HELSINKI)
    assert file(range(12), until(night)) == file(order, until(night))
    before = night - timedelta(minutes=1)
    assert file(range(12), until(before)) != file(order, until(before)), "before the night it is not"


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


# What the turns themselves leave


def asked_in_chats(*, writes: int = 0) -> Office:
    """Two parents of a closed case who have sent their feedback by pressing; the first ``writes`` free texts."""
    office = asked(both=True, pair=True)
    reads(office)
    words = (f"It was {SECRET} that helped.", "Nothing at all.")
    for chat, written in ((FIRST, words[:writes]), (OTHER, ())):
        begun(office, *("3",) * 7, "Better", "4", "5", chat=chat)
        for n in range(2):
            office.says(chat, written[n] if n < len(written) else "Skip")
        office.presses(chat, "Send", "Front page")
    return office


SECRET = "the talk by the lake"


def test_after_real_turns_nothing_in_the_database_has_a_value_of_an_answer() -> None:
    office = asked_in_chats(writes=2)
    office.db.execute("PRAGMA secure_delete=ON")
    assert [by_values(office.db, table) for table in ("feedback_text", "spent")] == [set(), set()]
    content = office.db.serialize()
    assert content.count(SECRET.encode()) == 1, "in the one row, and in no page that was freed"
    for where, values in elsewhere(office.db):
        said = " ".join(map(str, values))
        assert "item_" not in said or where.startswith("sqlite_"), where
        assert "Better" not in said


@pytest.mark.parametrize("writes", [1, 2])
def test_who_has_written_does_not_show_in_what_was_sent(writes: int) -> None:
    """Rows of sent messages live for two days, and a text that was typed is answered by a new message."""
    rows = "SELECT kind, method, priority, status, made_at FROM outbox WHERE chat_id=? ORDER BY id"
    with_words, without = asked_in_chats(writes=writes), asked_in_chats()
    assert with_words.db.execute(rows, (FIRST,)).fetchall() == without.db.execute(rows, (FIRST,)).fetchall()


def test_whoever_has_the_database_cannot_try_words_against_digests() -> None:
    """What was received leaves a digest for a week; without the bot's token it says nothing about any words."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    inbox.start(db, 1, "testi_bot")
    payload = b'{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":11,"type":"private"},"text":"3"}}'
    for _ in range(2):
        inbox.store(db, 1, "100:abc", [msgspec.Raw(payload)], MONDAY, frozenset())
    ((digest,),) = db.execute("SELECT digest FROM inbox").fetchall()
    assert digest == hmac.digest(b"100:abc", payload, "sha256"), "the same update is known again"
    guesses = [sha256(payload).digest(), *(hmac.digest(bytes(key), payload, "sha256") for key in (b"", b"1", b"11"))]
    assert digest not in guesses
    assert b"100:abc" not in db.serialize()


# Small counts


def kept(db: sqlite3.Connection) -> dict[tuple[str, str], int]:
    """How many answered, by week and length."""
    rows = "SELECT week, length, sum(count) FROM tally WHERE item=? AND value='answered' GROUP BY 1, 2"
    return {(week, length): count for week, length, count in db.execute(rows, (SHEET,))}


def answers_of(*given: tuple[str, str, int]) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db)
    for week, length, times in given:
        for n in range(times):
            sheet = Sheet(SOUTH, "parent", "", "own", length, week)
            feedback.store(db, sheet, {"respect": str(1 + n % 5)}, {})
    return db


def test_a_week_that_is_over_keeps_the_length_only_where_each_class_has_enough_answers() -> None:
    db = answers_of(("2026-W41", "1-2", 5), ("2026-W41", "3-5", 6), ("2026-W42", "1-2", 9), ("2026-W42", "6+", 1))
    feedback.lay_anew(db, datetime(2026, 10, 15, 2, tzinfo=HELSINKI), 5)
    assert kept(db)["2026-W42", "6+"] == 1, "the week still runs: its answers are not all there"
    feedback.lay_anew(db, datetime(2026, 10, 20, 2, tzinfo=HELSINKI), 5)
    assert kept(db) == {("2026-W41", "1-2"): 5, ("2026-W41", "3-5"): 6, ("2026-W42", "any"): 10}


def test_of_a_quarter_that_is_over_the_weeks_with_few_answers_become_one() -> None:
    weeks = [("2026-W41", "1-2", 1), ("2026-W44", "1-2", 2), ("2026-W45", "1-2", 7), ("2026-W50", "3-5", 2)]
    db = answers_of(*weeks)
    before = feedback.counted(db, SOUTH, "parent", "", "own", quarters.weeks_of("2026-4"))
    feedback.lay_anew(db, datetime(2026, 12, 31, 2, tzinfo=HELSINKI), 5)
    assert len(kept(db)) == 4
    for _ in range(2):
        feedback.lay_anew(db, datetime(2027, 1, 5, 2, tzinfo=HELSINKI), 5)
    assert kept(db) == {("2026-W45", "1-2"): 7, ("2026-W53", "any"): 5}
    assert feedback.counted(db, SOUTH, "parent", "", "own", quarters.weeks_of("2026-4")) == before, "no figure changes"
