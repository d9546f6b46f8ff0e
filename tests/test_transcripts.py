"""Whole conversations, word for word, as a social worker can read them: tests/transcripts."""

from pathlib import Path

import pytest

from tests.transcripts import play, read

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_the_conversation_goes_as_it_is_written_down(path: Path, tmp_path: Path, updating: bool) -> None:
    played = await play(path, tmp_path)
    if updating:
        write_down(path, played)
    assert played == written_down(path), "after a change that is meant: --update-transcripts"


def write_down(path: Path, played: str) -> None:
    path.write_text(played, encoding="utf-8")


def written_down(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_transcript_says_what_it_shows_and_has_an_end() -> None:
    assert len(FILES) >= 10
    for path in FILES:
        transcript = read(path)
        assert len(transcript.comments[0]) > 20, path.name
        assert transcript.entries[-1].followed, f"{path.name} ends with something that is shown"
