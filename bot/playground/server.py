"""The playground over HTTP, for this machine only: the Bot API for the bot, and the page with its own small API.

Nothing here decides anything: a request becomes a call of `methods` or an act of a person in `emulator`, and what
happened goes back as JSON or to the page as a stream of events.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground import methods, view
from bot.playground.arguments import Uploads
from bot.playground.emulator import ApiError, Emulator
from bot.playground.view import Stage

PAGE = Path(__file__).parent / "page"
HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
CALLS_AT_START = 200
PING_SECONDS = 15.0
BETWEEN_STATES = 0.05
LARGEST_UPLOAD = 50 * 1024 * 1024
_STAGE = web.AppKey("stage", Stage)
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Emulator, int, dict[str, Any]], object]


@dataclass
class BareStage:
    """A stage with nothing but an emulator, for tests and scripts that need the Bot API and no cast."""

    emulator: Emulator
    roles: dict[int, str] = field(default_factory=dict)

    async def push(self, by: timedelta) -> None:
        """Push the clock."""
        self.emulator.clock.push(by)

    async def reset(self) -> None:
        """Refuse: nobody here knows how the start looked."""
        raise ValueError("this stage cannot be reset")

    async def add(self, role: str) -> int:
        """Add a person named after the role."""
        person = self.emulator.add_person(role)
        self.roles[person] = role
        return person


def make_app(stage: Stage) -> web.Application:
    """Return the whole application for a stage."""
    app = web.Application(middlewares=[_only_from_here], client_max_size=LARGEST_UPLOAD)
    app[_STAGE] = stage
    app.router.add_route("*", "/bot{token}/{method}", _bot_api)
    app.router.add_get("/api/state", _state)
    app.router.add_get("/api/events", _events)
    app.router.add_get("/api/file/{id}", _file)
    for name, handler in {"act": _act, "clock": _clock, "reset": _reset, "phones": _phones}.items():
        app.router.add_post(f"/api/{name}", handler)
    app.router.add_get("/", _index)
    app.router.add_static("/static", PAGE)
    return app


@asynccontextmanager
async def serving(app: web.Application, port: int = 0) -> AsyncIterator[int]:
    """Serve on 127.0.0.1 and give the port (a free one for 0); the end does not wait for polls and streams."""
    # A poller that hangs up must not seem to be polling still, hence the cancellation.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@web.middleware
async def _only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other sites away that a browser on this machine has open, also those that rebind their name to loopback."""
    origin = request.headers.get("Origin")
    if request.url.host not in HOSTS or (origin is not None and origin != f"http://{request.host}"):
        return web.json_response({"error": "only this machine's own page may ask"}, status=403)
    return await handler(request)


# The Bot API.


async def _bot_api(request: web.Request) -> web.StreamResponse:
    tg = request.app[_STAGE].emulator
    if request.match_info["token"] != tg.token:
        return _api_answer(ApiError(401, "Unauthorized"))
    try:
        return _api_answer(await methods.call(tg, request.match_info["method"], *await _arguments(request)))
    except ApiError as error:
        return _api_answer(error)
    except ConnectionAbortedError:
        if request.transport:
            request.transport.abort()
        return web.Response()


def _api_answer(result: object) -> web.Response:
    if not isinstance(result, ApiError):
        return web.json_response({"ok": True, "result": result})
    answer = {"ok": False, "error_code": result.code, "description": result.description}
    parameters = {"parameters": result.parameters} if result.parameters else {}
    return web.json_response({**answer, **parameters}, status=result.code)


async def _arguments(request: web.Request) -> tuple[dict[str, Any], Uploads]:
    """Return the arguments from the query string, a form, an upload or JSON, and apart from them the files: what is
    logged of a file is only how it is called and how long it is."""
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise ApiError(400, "Bad Request: can't parse JSON object")
        given |= {name: value for name, value in body.items() if value is not None}
        return given, {}
    uploads: Uploads = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            content = value.file.read()
            uploads[name] = value.filename, content
            given[name] = {"file_name": value.filename, "size": len(content), "content_type": value.content_type}
        else:
            given[name] = value
    return given, uploads


# The page.


async def _index(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(PAGE / "index.html", headers=_HEADERS)


async def _state(request: web.Request) -> web.StreamResponse:
    return web.json_response(view.state(request.app[_STAGE]), headers=_HEADERS)


async def _file(request: web.Request) -> web.StreamResponse:
    """Give a file of the bot; a browser shows it only where the page asks for a picture, otherwise it saves it."""
    file = request.app[_STAGE].emulator.files.get(request.match_info["id"])
    if file is None:
        raise web.HTTPNotFound
    headers = {**_HEADERS, "Content-Disposition": "attachment"}
    return web.Response(body=file.content, content_type=file.mime_type, headers=headers)


async def _events(request: web.Request) -> web.StreamResponse:
    """Stream the state and the log of calls until the page goes away."""
    stage = request.app[_STAGE]
    response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
    await response.prepare(request)
    tg, seen, sequence = stage.emulator, -1, 0
    while True:
        if tg is not stage.emulator:
            # Version 0 tells the page that the numbers it knows mean other messages from now on.
            await _send(response, "state", {**view.state(stage), "version": 0})
            tg, seen, sequence = stage.emulator, -1, 0
        if tg.version > seen:
            seen = tg.version
            await _send(response, "state", view.state(stage))
            fresh = [call for call in tg.calls if call["seq"] > sequence]
            for call in fresh if sequence else fresh[-CALLS_AT_START:]:
                await _send(response, "call", call)
                sequence = call["seq"]
            await asyncio.sleep(BETWEEN_STATES)
        try:
            await asyncio.wait_for(tg.wait(seen), PING_SECONDS)
        except TimeoutError:
            await response.write(b": ping\n\n")


async def _send(response: web.StreamResponse, event: str, data: object) -> None:
    await response.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())


async def _body(request: web.Request) -> dict[str, Any]:
    """Return the JSON of a request; the content type keeps plain forms of other sites out."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest
    return body


async def _act(request: web.Request) -> web.StreamResponse:
    body = await _body(request)
    tg = request.app[_STAGE].emulator
    act = ACTS.get(str(body.get("do")))
    try:
        if act is None:
            raise ValueError(f"nobody can do {body.get('do')!r}")
        act(tg, _phone_of(tg, body), body)
    except (LookupError, PermissionError, TypeError, ValueError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        return web.json_response({"error": reason}, status=400)
    return web.json_response({"ok": True})


def _phone_of(tg: Emulator, body: dict[str, Any]) -> int:
    if body.get("phone") not in tg.people:
        raise LookupError("there is no such phone")
    if body.get("chat") is not None and body["chat"] not in tg.chats:
        raise LookupError("there is no such chat")
    return int(body["phone"])


ACTS: dict[str, Act] = {
    "text": lambda tg, who, body: tg.send_text(who, str(body["text"]), body.get("chat")),
    "press": lambda tg, who, body: tg.press(
        who, int(body["message"]), (int(body["row"]), int(body["column"])), body.get("chat")
    ),
    "start": lambda tg, who, body: tg.open_link(who, str(body.get("payload") or "")),
    "photo": lambda tg, who, body: tg.send_photo(who, body.get("chat")),
    "voice": lambda tg, who, body: tg.send_voice(who, body.get("chat")),
    "sticker": lambda tg, who, body: tg.send_sticker(who, body.get("chat")),
    "location": lambda tg, who, body: tg.send_location(who, body.get("chat")),
    "contact": lambda tg, who, body: tg.send_contact(
        who, str(body["number"]), who if body.get("own") else None, body.get("chat")
    ),
    "edit": lambda tg, who, body: tg.edit_text(who, int(body["message"]), str(body["text"]), body.get("chat")),
    "forward": lambda tg, who, body: tg.forward_text(who, str(body["text"]), body.get("chat")),
    "delete": lambda tg, who, body: tg.delete_own(who, int(body["message"]), body.get("chat")),
    "block": lambda tg, who, body: tg.block(who),
    "unblock": lambda tg, who, body: tg.unblock(who),
    "language": lambda tg, who, body: tg.set_language(who, str(body["language"])),
    "add_bot": lambda tg, who, body: tg.add_bot_to_group(int(body["chat"]), who),
    "remove_bot": lambda tg, who, body: tg.remove_bot_from_group(int(body["chat"]), who),
}


async def _clock(request: web.Request) -> web.StreamResponse:
    tg = request.app[_STAGE].emulator
    try:
        await request.app[_STAGE].push(timedelta(minutes=float((await _body(request)).get("minutes", 0))))
    except (TypeError, ValueError, OverflowError) as error:
        return web.json_response({"error": str(error)}, status=400)
    tg.touch()
    return web.json_response({"ok": True, "now": tg.clock.now().isoformat()})


async def _reset(request: web.Request) -> web.StreamResponse:
    await _body(request)
    stage = request.app[_STAGE]
    before = stage.emulator
    await stage.reset()
    before.touch()  # wakes the streams that still look at the old one
    return web.json_response({"ok": True})


async def _phones(request: web.Request) -> web.StreamResponse:
    role = str((await _body(request)).get("role"))
    if role not in view.ROLES:
        return web.json_response({"error": f"there is no role {role!r}"}, status=400)
    return web.json_response({"ok": True, "id": await request.app[_STAGE].add(role)})
