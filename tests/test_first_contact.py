"""A parent's way from /start to a worker who has claimed the case, through the whole service."""

from pathlib import Path

from tests.theatre import theatre

SHORTEST = (
    "I agree, let us begin",
    "18 or over",
    "Yes, it is safe",
    "We have separated",
    "Alone",
    "Uusimaa",
    "Skip both questions",
    "No",
    "Yes",
    "Separately first",
    "Skip the rest",
    "Send the request",
)
"""Twelve taps, nothing typed, every gate question answered."""


async def test_the_shortest_safe_path_takes_twelve_taps_and_ends_with_a_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST)
        assert len(SHORTEST) <= 12
        assert "K7F2" in parent.text
        assert "Mon 30 Nov" in parent.text

        await worker.presses("Open")
        assert "We have separated" in worker.text
        await worker.presses("Take this case")
        assert "yours" in worker.text
        assert "A worker has your request" in parent.text
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]
