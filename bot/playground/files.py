"""Files that the bot uploads: what Telegram takes, and what a message carries of it afterwards.

The content is kept for the phones that show it. Sending a file again by its id, or from an address, is refused: the bot
does neither.
"""

import mimetypes
from pathlib import PurePath
from typing import Any

from bot.playground.arguments import Args
from bot.playground.wire import bad_request
from bot.playground.world import File, World

_PNG = b"\x89PNG\r\n\x1a\n"
_SIDES_LIMIT, _RATIO_LIMIT = 10_000, 20
_PLAIN = "application/octet-stream"
# Not every machine knows these endings; Telegram does.
_TYPES = {".ics": "text/calendar", ".csv": "text/csv", ".png": "image/png"}


def received(tg: World, kind: str, args: Args) -> Any:
    """Keep an uploaded file and return what the message has as its photo or document."""
    given = args.json(kind)
    if not given:
        raise bad_request(f"there is no {kind} in the request")
    attached = isinstance(given, str) and given.startswith("attach://")
    uploaded = args.upload(given.removeprefix("attach://") if attached else kind)
    if uploaded is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    name, content = uploaded
    if not content:
        raise bad_request("file must be non-empty")
    size = _measured(content) if kind == "photo" else None
    ids = {**tg.file_ids(kind), "file_size": len(content)}
    ending = PurePath(name).suffix.lower()
    mime_type = _TYPES.get(ending) or mimetypes.guess_type(name)[0] or _PLAIN
    tg.files[ids["file_id"]] = File(name, "image/png" if size else mime_type, content)
    if size:
        return [{**ids, "width": size[0], "height": size[1]}]
    return {**ids, "file_name": name, "mime_type": mime_type}


def _measured(content: bytes) -> tuple[int, int]:
    """Return width and height of a picture; PNG is the only kind that the bot makes and that is understood here."""
    if not content.startswith(_PNG) or len(content) < 24:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = (int.from_bytes(content[start : start + 4]) for start in (16, 20))
    if width + height > _SIDES_LIMIT or max(width, height) > _RATIO_LIMIT * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
