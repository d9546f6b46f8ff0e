"""A database of the first version keeps everything when the program is renewed."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from bot.database import MIGRATIONS, migrate
from bot.records import due, plans, promises

OPENED = 1_795_000_000


def test_open_cases_come_along_with_workers_risk_and_reminders(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    db.execute("PRAGMA foreign_keys=ON")
    first = (MIGRATIONS / "001_spine.sql").read_text("utf-8")
    db.executescript(f"BEGIN; {first} PRAGMA user_version=1; COMMIT;")
    db.executescript(
        f"""
        INSERT INTO person (id, chat_id, locale, met_at) VALUES (1, 11, 'fi', 1), (2, 12, 'fi', 1), (3, 13, 'fi', 1);
        INSERT INTO seat (person_id, association, role, taken_at) VALUES (3, 'a', 'worker', 1);
        INSERT INTO cases (id, reference, association, status, source, opened_at, first_meeting_by, lead_worker,
            claimed_at) VALUES (1, 'K7F2', 'a', 'waiting', 'parent', {OPENED}, '2026-11-30', NULL, NULL),
            (2, 'K7F3', 'a', 'claimed', 'parent', {OPENED}, '2026-11-30', 3, {OPENED});
        INSERT INTO party (case_id, person_id, phone_safe, afraid, contact_other, start_wish, answers)
            VALUES (1, 1, 'yes', 'sometimes', 'yes', 'joint', '{{}}'), (2, 2, 'yes', 'no', 'yes', 'joint', '{{}}');
        INSERT INTO case_event (case_id, at, name) VALUES (1, 1, 'opened'), (2, 1, 'opened'), (2, 2, 'claimed');
        INSERT INTO notice_button (nonce, person_id, case_id, made_at) VALUES ('n', 3, 1, 1);
        """
    )
    migrate(db)
    assert db.execute("SELECT id, status, risk FROM cases ORDER BY id").fetchall() == [
        (1, "waiting", 1),
        (2, "claimed", 0),
    ]
    assert db.execute("SELECT case_id, person_id, part FROM work").fetchall() == [(2, 3, "lead")]
    assert db.execute("SELECT case_id, kind FROM reminder ORDER BY 1, 2").fetchall() == [
        (1, "long_unclaimed"),
        (1, "unclaimed"),
        (2, "no_meeting_6"),
    ]
    assert db.execute("SELECT count(*) FROM party").fetchone() == (2,)
    assert db.execute("SELECT count(*) FROM case_event").fetchone() == (3,)
    assert db.execute("SELECT count(*) FROM notice_button").fetchone() == (1,)
    assert plans.week(db, 3, (9, 16)) == ((540, 960),) * 5 + (None,) * 2, "a worker who came along has the usual week"
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()


def test_what_was_promised_and_what_is_due_come_along(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None)
    before = [script for script in sorted(MIGRATIONS.glob("*.sql")) if script.name < "012"]
    for number, script in enumerate(before, 1):
        db.executescript(f"BEGIN; {script.read_text('utf-8')} PRAGMA user_version={number}; COMMIT;")
    db.execute("PRAGMA foreign_keys=ON")
    db.executescript(
        f"""
        INSERT INTO cases (id, reference, association, stage, source, opened_at, first_meeting_by, claimed_at)
            VALUES (1, 'K7F2', 'a', 'agreed', 'parent', {OPENED}, '2026-11-30', {OPENED});
        INSERT INTO meeting (id, case_id, type, mode, minutes, status, starts_at, promised, made_at, uid)
            VALUES (1, 1, 'individual', 'phone', 60, 'agreed', {OPENED}, 1, {OPENED}, 'u');
        INSERT INTO meeting_due VALUES (1, 'record', {OPENED});
        INSERT INTO promise VALUES (1, 'a', 1);
        """
    )
    migrate(db)
    assert promises.kept(db, "a") == (1, 1)
    assert not promises.is_due(db, datetime(2027, 1, 1, tzinfo=UTC)), "it was looked at already"
    assert due.come(db, datetime(2027, 1, 1, tzinfo=UTC)) == [(1, "record")]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    db.close()
