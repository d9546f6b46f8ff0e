"""The link that is handed over, as a picture: it says exactly what stands below it."""

import zlib
from itertools import pairwise
from pathlib import Path

import pytest
import segno

from bot import qr
from bot.render import DISCREET, words
from conversations.text import Text
from conversations.view import LANGUAGES
from tests.offices import claimed
from tests.test_referral import LINK, code_for
from tests.theatre import theatre

QUIET = 4
"""Modules of white around a code that the standard asks for."""


def pixels(png: bytes) -> list[list[int]]:
    """The rows of a black and white PNG: 1 is dark."""
    chunks, at = {b"IDAT": b""}, 8
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = (int.from_bytes(chunks[b"IHDR"][start : start + 4]) for start in (0, 4))
    depth, colours = chunks[b"IHDR"][8:10]
    assert (depth, colours) == (1, 0), "one bit of grey: 0 is black"
    raw, size, above = zlib.decompress(chunks[b"IDAT"]), (width + 7) // 8, bytes((width + 7) // 8)
    rows = []
    for start in range(0, height * (size + 1), size + 1):
        method, line = raw[start], raw[start + 1 : start + 1 + size]
        assert method in (0, 2), "as it is, or the difference to the line above"
        above = bytes(a + b & 255 for a, b in zip(line, above, strict=True)) if method else line
        rows.append([1 - int(bit) for bit in "".join(f"{byte:08b}" for byte in above)[:width]])
    return rows


def modules(png: bytes) -> tuple[list[list[int]], int]:
    """The modules of a code with its margin, and how many pixels each is wide."""
    drawn = pixels(png)
    dark = [column for row in drawn for column, (left, right) in enumerate(pairwise([0, *row])) if left < right]
    scale = min(dark) // QUIET
    return [row[scale // 2 :: scale] for row in drawn[scale // 2 :: scale]], scale


def encoded(link: str) -> list[list[int]]:
    return [[int(dark) for dark in row] for row in segno.make_qr(link, error="m").matrix_iter(border=QUIET)]


@pytest.mark.parametrize("name", ["b", "ero_lapsiperheessa_bot", "x" * 32])
def test_a_picture_is_the_code_of_exactly_that_link(name: str) -> None:
    link = f"https://t.me/{name}?start=Ab-_5678901234567890xy"
    drawn, scale = modules(qr.picture(link))
    assert drawn == encoded(link)
    assert drawn != encoded(link[:-1] + "z")
    assert not any(any(row) for row in (*drawn[:QUIET], *drawn[-QUIET:])), "white above and below"
    assert not any(any((*row[:QUIET], *row[-QUIET:])) for row in drawn), "white on both sides"
    assert scale >= 10, "a module is still some pixels wide on a small phone"
    assert len(qr.picture(link)) < 4096


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_professionals_link_comes_as_a_picture(language: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        actor = stage.person("Lumi", language)
        await actor.start()
        await actor.presses(*(words(Text(label), language) for label in LINK))
        assert modules(actor.file())[0] == encoded(f"https://t.me/testi_bot?start={code_for(actor)}")
        preview = (stage.emulator.lock_screen(actor.id) or {})["text"]
        assert preview[:60] == words(DISCREET, language)[:60]
        assert "text" not in actor.screen
        assert "has_protected_content" not in actor.screen, "it may be passed on"


async def test_a_workers_link_comes_as_a_picture_and_goes_within_two_days(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link")
        link = f"https://t.me/testi_bot?start={code_for(worker)}"
        assert worker.text.startswith("Hello! You can read this in peace")
        assert worker.text.endswith(f"\n\n{link}")
        assert modules(worker.file())[0] == encoded(link)
        assert not await stage.rows("SELECT 1 FROM outbox WHERE params IS NOT NULL")
        await stage.push(hours=46, minutes=5)
        assert not any("photo" in message for message in worker.messages)
