"""A one-time link as people hand it over: a picture that a phone's camera reads, and the link itself below it."""

import io
from sqlite3 import Connection

import segno

from bot import outbox, render
from bot.outbox import File
from bot.records.people import Person
from bot.world import World
from conversations.text import Text

_QUIET, _PIXELS = 4, 16
"""Modules of white around the code, as the standard asks, and pixels a module: it is still sharp after Telegram has
made the picture smaller."""


def picture(link: str) -> bytes:
    """A link as a QR code in a PNG, black on white. It is still read when a seventh of it is hidden."""
    content = io.BytesIO()
    code = segno.make_qr(link, error="m")
    code.save(content, kind="png", border=_QUIET, scale=_PIXELS, dark="black", light="white")
    return content.getvalue()


def hand_over(db: Connection, world: World, person: Person, code: str, said: Text) -> None:
    """Show a link to whoever hands it over. It may be forwarded, so it is not protected."""
    link = f"https://t.me/{world.username}?start={code}"
    caption = render.paragraphs((render.DISCREET, said, link), person.locale)
    params = {"caption": caption, "protect_content": False}
    file = File("code.png", picture(link))
    outbox.put(db, world.clock.now(), person.chat_id, "notice", "sendPhoto", params, file=file)
