"""The life of a case: one declared state machine, and a log from which the stage follows."""

import sqlite3
from collections.abc import Iterator

import pytest

from bot.database import migrate
from bot.records import cases
from conversations import life
from tests.theatre import MONDAY, SOUTH, references


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    yield connection
    connection.close()


def test_every_stage_can_be_reached_and_left_or_is_an_end() -> None:
    reached, waiting = {"waiting"}, ["waiting"]
    while waiting:
        stage = waiting.pop()
        for moves in life.MOVES.values():
            to = moves.get(stage)  # type: ignore[call-overload]
            if to and to not in reached:
                reached.add(to)
                waiting.append(to)
    assert reached == set(life.STAGES)
    ends = [
        stage for stage in life.STAGES if not any(moves.get(stage, stage) != stage for moves in life.MOVES.values())
    ]
    assert ends == ["withdrawn", "not_started"], "what is closed can be opened again"


def test_every_event_that_moves_a_case_says_who_may_cause_it() -> None:
    assert set(life.BY) == {*life.MOVES, "opened"}


@pytest.mark.parametrize("event", life.MOVES)
@pytest.mark.parametrize("stage", life.STAGES)
def test_the_log_moves_a_case_or_refuses(stage: life.Stage, event: str, db: sqlite3.Connection) -> None:
    case = cases.open_case(db, SOUTH, MONDAY, 7, references())
    ended = 1 if stage in life.ENDED else None
    db.execute("UPDATE cases SET stage=?, closed_at=?", (stage, ended))
    before = db.execute("SELECT count(*) FROM case_event").fetchone()
    if stage in life.MOVES[event]:
        cases.log(db, case, event, MONDAY)
        assert cases.stage_of(db, case) == life.MOVES[event][stage]
    else:
        with pytest.raises(life.Illegal):
            cases.log(db, case, event, MONDAY)
        assert cases.stage_of(db, case) == stage
        assert db.execute("SELECT count(*) FROM case_event").fetchone() == before
