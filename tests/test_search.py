"""What a worker finds by a reference: how the case stands, also when it is over."""

from pathlib import Path

import pytest

from tests.offices import claimed, closes_case
from tests.theatre import theatre


@pytest.mark.parametrize(("locale", "said"), [("en", "K7F2 · closed"), ("fi", "K7F2 · päätetty")])
async def test_a_closed_case_is_found_as_closed(locale: str, said: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.types("/search")
        await worker.types("K7F2")
        assert "K7F2 · 7 days left" in worker.buttons
        await worker.presses("K7F2 · 7 days left")
        await closes_case(worker)
        await stage.service.database.turn(
            lambda db: db.execute("UPDATE person SET locale=? WHERE chat_id=?", (locale, worker.id))
        )
        await worker.types("/search")
        await worker.types("K7F2")
        assert said in worker.buttons
        assert not [label for label in worker.buttons if "7 " in label]
