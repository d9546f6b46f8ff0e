"""Pictures and documents that the bot uploads, and what phones and page have of them."""

import pytest
import telegram
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile
from telegram.error import BadRequest

from bot.playground.emulator import Emulator
from tests.emulated import PICTURE, TOKEN, Playground, refused


async def fetched(playground: Playground, url: str) -> tuple[int, str, bytes]:
    async with playground.page.get(url) as answer:
        return answer.status, answer.content_type, await answer.read()


async def files_of_the_page(playground: Playground) -> list[dict[str, object]]:
    async with playground.page.get("/api/state") as answer:
        state = await answer.json()
    messages = state["phones"][0]["chats"][0]["messages"]
    return [{name: message[name] for name in ("kind", "text", "file")} for message in messages if message["file"]]


async def test_what_is_uploaded_is_shown(playground: Playground, tg: Emulator, bot: telegram.Bot, parent: int) -> None:
    photo = await bot.send_photo(parent, PICTURE, caption=" For you ", protect_content=True)
    document = await bot.send_document(parent, b"BEGIN", filename="x.ics", caption="A date")
    assert (photo.caption, photo.has_protected_content, photo.text) == ("For you", True, None)
    size = photo.photo[-1]
    assert (size.width, size.height, size.file_size) == (116, 116, len(PICTURE))
    sent = document.document
    assert sent is not None
    assert (sent.file_name, sent.mime_type, sent.file_size) == ("x.ics", "text/calendar", 5)
    assert tg.files[sent.file_id].content == b"BEGIN"
    first, second = await files_of_the_page(playground)
    look = {"url": f"/api/file/{size.file_id}", "name": "application.octet-stream", "bytes": len(PICTURE)}
    assert first == {"kind": "photo", "text": "For you", "file": {**look, "width": 116, "height": 116}}
    look = {"url": f"/api/file/{sent.file_id}", "name": "x.ics", "bytes": 5}
    assert second == {"kind": "document", "text": "A date", "file": {**look, "width": None, "height": None}}
    assert await fetched(playground, f"/api/file/{size.file_id}") == (200, "image/png", PICTURE)
    assert await fetched(playground, f"/api/file/{sent.file_id}") == (200, "text/calendar", b"BEGIN")
    assert (await fetched(playground, "/api/file/x"))[0] == 404
    assert not any("BEGIN" in str(call) for call in tg.calls), "what is logged of a file is its name and length"


async def test_the_other_library_attaches_files_in_its_own_way(
    playground: Playground, tg: Emulator, parent: int
) -> None:
    server = TelegramAPIServer.from_base(playground.root)
    async with Bot(TOKEN, session=AiohttpSession(api=server)) as bot:
        photo = await bot.send_photo(parent, BufferedInputFile(PICTURE, "x.png"))
        document = await bot.send_document(parent, BufferedInputFile(b"x", "liite ä.txt"))
    assert photo.photo
    assert tg.files[photo.photo[-1].file_id].content == PICTURE
    assert document.document
    assert (document.document.file_name, document.document.mime_type) == ("liite ä.txt", "text/plain")


async def test_a_locked_phone_shows_the_caption_or_what_the_file_is_called(
    bot: telegram.Bot, tg: Emulator, parent: int
) -> None:
    seen = []
    for caption in ("Hello", None):
        await bot.send_document(parent, b"x", filename="meeting.ics", caption=caption)
        await bot.send_photo(parent, PICTURE, caption=caption)
        seen += [(tg.lock_screen(parent) or {})["text"]]
    assert seen == ["Hello", "Photo"]
    await bot.send_document(parent, b"x", filename="meeting.ics")
    assert (tg.lock_screen(parent) or {})["text"] == "meeting.ics"


@pytest.mark.parametrize(("length", "fits"), [(1024, True), (1025, False)])
async def test_a_caption_has_1024_units(bot: telegram.Bot, parent: int, length: int, *, fits: bool) -> None:
    caption = "😀" * (length // 2) + "x" * (length % 2)
    if fits:
        assert (await bot.send_photo(parent, PICTURE, caption=caption)).caption == caption
    else:
        with pytest.raises(BadRequest, match="caption is too long"):
            await bot.send_photo(parent, PICTURE, caption=caption)


async def test_an_upload_is_refused(bot: telegram.Bot, tg: Emulator, parent: int) -> None:
    tall = PICTURE[:16] + (4).to_bytes(4) + (400).to_bytes(4) + PICTURE[24:]
    for content, reason in ((b"no picture", "Image_process_failed"), (tall, "Photo_invalid_dimensions")):
        with pytest.raises(BadRequest, match=reason):
            await bot.send_photo(parent, content)
    with pytest.raises(BadRequest, match="must be non-empty"):
        await bot.send_document(parent, b"", filename="x")
    assert (
        await refused(tg, "sendPhoto", chat_id=parent)
    ).description == "Bad Request: there is no photo in the request"
    unknown = await refused(tg, "sendDocument", chat_id=parent, document="https://example.org/x")
    assert unknown.description == "Bad Request: wrong file identifier/HTTP URL specified"
    assert tg.last(parent) is None


async def test_a_file_has_no_text_to_edit_and_can_be_deleted(bot: telegram.Bot, tg: Emulator, parent: int) -> None:
    photo = await bot.send_photo(parent, PICTURE, caption="x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("y", parent, photo.message_id)
    assert await bot.delete_messages(parent, [photo.message_id])
    assert tg.last(parent) is None


async def test_a_file_is_not_for_other_sites(playground: Playground, bot: telegram.Bot, parent: int) -> None:
    sent = await bot.send_document(parent, b"<script>", filename="x.html")
    assert sent.document
    url = f"/api/file/{sent.document.file_id}"
    async with playground.page.get(url, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403
    async with playground.page.get(url) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
