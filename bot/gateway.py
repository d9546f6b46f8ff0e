"""The network side of Telegram, and the only place that imports python-telegram-bot: raw batches in, calls out.

PTB's `Bot` runs over an own `BaseRequest` on aiohttp, because PTB's httpx backend takes about three times the CPU a
call. The batch of getUpdates is handed to the inbox as raw bytes before PTB sees it; PTB gets an empty one.

What an error means (every branch of PTB's error tree; BadRequest is a NetworkError and must come first):

    RetryAfter  Wait        ChatMigrated  Moved       Forbidden  Blocked
    BadRequest  Refused, but "not modified" is Sent, and a message that is missing or no text is Stale
    InvalidToken            StopTheBot
    TimedOut, NetworkError  NeverLeft if no connection was made, otherwise Unsure
"""

import asyncio
import warnings
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec
from telegram import Bot, InputFile
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData
from telegram.warnings import PTBUserWarning

from bot.outbox import UPLOAD, Blocked, Moved, NeverLeft, Outcome, Refused, Sent, Stale, Unsure, Wait
from bot.updates import ALLOWED_UPDATES

# do_api_request warns that a typed method exists; the outbox sends stored parameters as they are, on purpose.
warnings.filterwarnings("ignore", message="Please use 'Bot\\.", category=PTBUserWarning)

POLL_SECONDS = 25
_TIMEOUT_SECONDS = 15.0
_EMPTY = b'{"ok":true,"result":[]}'

Batch = list[msgspec.Raw]
Receive = Callable[[Batch], Awaitable[None]]


class StopTheBot(Exception):
    """Telegram does not know the token."""


class AnotherPoller(Exception):
    """Somebody else polls with the same token (409)."""


class Unreachable(Exception):
    """The poll failed; ``seconds`` is how long Telegram asked to wait."""

    def __init__(self, kind: str, seconds: float = 0) -> None:
        super().__init__(kind)
        self.seconds = seconds


class _Batch(msgspec.Struct):
    ok: bool = False
    result: Batch = []


class AiohttpRequest(BaseRequest):
    """PTB's network backend over aiohttp. Answers are not logged: they hold people's words, and URLs hold the token."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return _TIMEOUT_SECONDS

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            return msgspec.json.decode(payload, type=dict[str, Any])
        except msgspec.DecodeError:
            raise TelegramError("Invalid server response") from None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        assert self._session is not None, "initialize() comes first"
        seconds = read_timeout if isinstance(read_timeout, int | float) else _TIMEOUT_SECONDS
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=10)
        try:
            async with self._session.request(method, url, timeout=timeout, **_body(request_data)) as response:
                return response.status, await response.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as error:
            raise NetworkError(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None


def _body(data: RequestData | None) -> dict[str, Any]:
    """The parameters as JSON, or as a form if a file goes with them."""
    if data is None or not data.contains_files:
        return {"json": data.parameters if data else {}}
    # Names go unquoted, as other client libraries send them; nobody promises that "m%C3%B6te" is read as "möte".
    form = aiohttp.FormData(data.json_parameters, quote_fields=False)
    for part, (name, content, kind) in data.multipart_data.items():
        form.add_field(part, content, filename=name, content_type=kind)
    return {"data": form}


class _Polling(AiohttpRequest):
    """The backend of getUpdates: the raw batch is received, that is stored, before anything else happens to it."""

    def __init__(self, receive: Receive) -> None:
        super().__init__(connections=1)
        self._receive = receive

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        code, payload = await super().do_request(*args, **kwargs)
        if code != 200:
            return code, payload
        batch = msgspec.json.decode(payload, type=_Batch)
        if batch.result:
            await self._receive(batch.result)
        return code, _EMPTY


class Gateway:
    """The bot's account at Telegram."""

    def __init__(self, token: str, api_url: str, receive: Receive, connections: int) -> None:
        self._sending, self._polling = AiohttpRequest(connections), _Polling(receive)
        self._bot = Bot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=self._sending,
            get_updates_request=self._polling,
        )

    async def open(self) -> tuple[int, str]:
        """Connect; returns the account's id and username."""
        await self._sending.initialize()
        await self._polling.initialize()
        try:
            me = await self._bot.get_me()
        except InvalidToken:
            raise StopTheBot from None
        except TelegramError as error:
            raise Unreachable(type(error).__name__) from None
        return me.id, me.username or ""

    async def close(self) -> None:
        """Close the connections."""
        await self._sending.shutdown()
        await self._polling.shutdown()

    async def set_commands(self, language: str, commands: dict[str, str]) -> None:
        """Publish the commands that a client offers; ``language`` "" is for everybody else."""
        await self._bot.set_my_commands(list(commands.items()), language_code=language or None)

    async def poll(self, offset: int) -> None:
        """One long poll. The offset acknowledges what was stored; what comes is handed to ``receive``."""
        try:
            async with asyncio.timeout(
                POLL_SECONDS + _TIMEOUT_SECONDS + 5
            ):  # a poll that hangs is reported, not waited for
                await self._bot.get_updates(offset=offset, timeout=POLL_SECONDS, allowed_updates=ALLOWED_UPDATES)
        except Conflict:
            raise AnotherPoller from None
        except InvalidToken:
            raise StopTheBot from None
        except RetryAfter as error:
            raise Unreachable("RetryAfter", _seconds(error)) from None
        except (TelegramError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error

    async def call(self, method: str, params: dict[str, Any]) -> Outcome:
        """Make one call and say what it came to; only a token that is refused raises."""
        try:
            result = await self._bot.do_api_request(method, api_kwargs=_with_file(params))
        except RetryAfter as error:
            return Wait(_seconds(error))
        except ChatMigrated as error:
            return Moved(error.new_chat_id)
        except Forbidden:
            return Blocked()
        except BadRequest as error:
            return _refusal(error.message)
        except InvalidToken:
            raise StopTheBot from None
        except (TimedOut, NetworkError) as error:
            left = not isinstance(error.__cause__, aiohttp.ConnectionTimeoutError | aiohttp.ClientConnectorError)
            return Unsure(type(error).__name__) if left else NeverLeft(type(error).__name__)
        except TelegramError as error:
            return Unsure(type(error).__name__)
        return Sent(result.get("message_id") if isinstance(result, dict) else None)


def _with_file(params: dict[str, Any]) -> dict[str, Any]:
    """Stored parameters as the client wants them: sent as they are, but a file as what the client uploads."""
    uploads = params.get(UPLOAD, {}).items()
    plain = {name: value for name, value in params.items() if name != UPLOAD}
    return plain | {part: InputFile(b64decode(file["base64"]), filename=file["name"]) for part, file in uploads}


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait if isinstance(wait, int | float) else wait.total_seconds()


def _refusal(message: str) -> Outcome:
    said = message.casefold()
    if "message is not modified" in said:
        return Sent()
    if "message to edit not found" in said or "message can't be edited" in said:
        return Stale()
    if "no text in the message to edit" in said:  # a picture or a document cannot become a screen
        return Stale()
    if "delete" in said and ("not found" in said or "can't be deleted" in said):
        return Stale()
    return Refused("BadRequest")
