"""Conversations as plain text: what people do, and what every phone then shows anew.

A transcript begins with a comment that says what it shows, and the cast. A line that is not indented is something that
somebody does; the indented lines below it are what follows from it, and are written by the runner:

    cast       Kaisla parent fi, Tuuli worker fi
    Kaisla     presses  Yksin
      Kaisla   edits    Missä asut? …
                        [Uusimaa] [Varsinais-Suomi]

Several buttons on one line, with > between them, are a short way: what follows is shown at its end.

`pytest --update-transcripts` plays what people do and writes down what follows. In an input, a label may also be
written in English, and one that has been reworded is found by the place it had.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bot import render
from conversations.conversation import Conversation
from conversations.text import Text
from tests.theatre import NORTH, SOUTH, Actor, Theatre, said, theatre

INDENT = " " * 20
ONWARD = " > "
"""Stands between buttons that are pressed one after the other, where only the end is shown."""

Shown = dict[int, tuple[str, str, bool]]
"""Messages of a chat: text, buttons, and whether the bot wrote it."""

Place = tuple[int, int]

_LINK = re.compile(r"\?start=([\w-]{22})(?![\w-])")
"""The code of a one-time link: 128 bits of chance, so a transcript does not show it."""

_OPENED = re.compile(r"^/start [\w-]{22}$")
"""The same as the message by which somebody opens it."""


@dataclass
class Entry:
    """Something somebody does, and what followed when it was last written down."""

    who: str
    does: str
    what: str
    followed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.who:<10} {self.does:<8} {self.what}".rstrip()


@dataclass
class Transcript:
    """A file, taken apart."""

    comments: list[str]
    cast: str
    entries: list[Entry]


def read(path: Path) -> Transcript:
    """Take a file apart."""
    comments, cast, entries = [], "", list[Entry]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            comments.append(line)
        elif line.startswith("cast "):
            cast = line.removeprefix("cast").strip()
        elif line.startswith(" "):
            entries[-1].followed.append(line)
        elif line:
            who, does, *what = re.split(r" +", line, maxsplit=2)
            entries.append(Entry(who, does, what[0] if what else ""))
    assert comments, f"{path.name} says what it shows"
    assert cast, f"{path.name} has a cast"
    return Transcript(comments, cast, entries)


async def play(path: Path, folder: Path) -> str:
    """Play what people do in a transcript; the text of it as it is now."""
    transcript = read(path)
    lines = [*transcript.comments, f"cast       {transcript.cast}"]
    async with theatre(folder) as stage:
        run = Run(stage)
        for member in transcript.cast.split(", "):
            await run.enter(*member.split())
        run.look()
        for number, entry in enumerate(transcript.entries):
            await run.act(entry, transcript.entries[:number])
            lines += ["", str(entry), *run.look()]
            await run.read_back()
    return "\n".join(line.rstrip() for line in lines) + "\n"


class Run:
    """One transcript under way."""

    def __init__(self, stage: Theatre) -> None:
        self.stage = stage
        self.people: dict[str, Actor] = {}
        self.chats: dict[str, int] = {}
        self.staff: list[Actor] = []
        self.seen: dict[str, Shown] = {}
        self.toasts: dict[str, int] = {}
        self.pressed: dict[str, tuple[int, str]] = {}

    async def enter(self, name: str, role: str, language: str) -> None:
        """Bring somebody in; staff have taken their seats already. A group is one of all staff before it."""
        if role == "group":
            self.chats[name] = self.stage.emulator.add_group(name, [actor.id for actor in self.staff])
            self.stage.emulator.add_bot_to_group(self.chats[name], self.staff[0].id)
            await self.stage.settle()
            return
        if role == "parent":
            actor = self.stage.person(name, language)
        else:
            kind, _, where = role.partition("/")
            assert kind in ("worker", "lead", "coordinator"), f"the cast has a {role}"
            association = NORTH if where == "north" else SOUTH
            actor = await self.stage.staff(name, kind, association, language)  # type: ignore[arg-type]
            self.staff.append(actor)
        self.people[name], self.chats[name], self.toasts[name] = actor, actor.id, 0

    async def act(self, entry: Entry, before: list[Entry]) -> None:
        """Do what an input says."""
        if entry.who == "clock":
            number, unit = entry.what.split()
            await self.stage.push(**{{"min": "minutes", "h": "hours", "d": "days"}[unit]: float(number)})
            return
        actor = self.people[entry.who]
        match entry.does:
            case "starts":
                self.stage.emulator.open_link(actor.id, entry.what)
            case "types":
                self.stage.emulator.send_text(actor.id, entry.what)
            case "presses":
                await self._press_all(actor, entry, before)
            case "repeats":
                self.stage.emulator.press_data(actor.id, *self.pressed[entry.who])
            case "sends":
                self._send(actor, entry.what)
            case "opens":
                self.stage.emulator.open_link(actor.id, self._link_of(entry.what.removeprefix("the link of ")))
            case "blocks":
                self.stage.emulator.block(actor.id)
            case "follows":
                group = self.chats[entry.what]
                last = self.stage.emulator.last(group)
                assert last, f"{entry.what} shows nothing"
                self.stage.emulator.press(actor.id, last["message_id"], (0, 0), group)
            case _:
                raise ValueError(f"nobody can do this: {entry}")
        await self.stage.settle()

    def _link_of(self, name: str) -> str:
        """The payload of the newest link that somebody was given."""
        return [m[1] for message in self.people[name].messages for m in _LINK.finditer(said(message))][-1]

    def _send(self, actor: Actor, what: str) -> None:
        emulator, kind = self.stage.emulator, what.split()[1]
        match kind:
            case "photo":
                emulator.send_photo(actor.id)
            case "voice":
                emulator.send_voice(actor.id)
            case "sticker":
                emulator.send_sticker(actor.id)
            case "place":
                emulator.send_location(actor.id)
            case "card":
                emulator.send_contact(actor.id, "+358401234567", of=actor.id if "own" in what else None)
            case "forwarded":
                emulator.forward_text(actor.id, "what somebody else wrote")
            case _:
                raise ValueError(f"nobody can send {what}")

    async def _press_all(self, actor: Actor, entry: Entry, before: list[Entry]) -> None:
        """Press one button, or several on the way to where it becomes interesting."""
        pressed = []
        for what in entry.what.split(ONWARD):
            one = Entry(entry.who, entry.does, what)
            self._press(actor, one, before)
            pressed.append(one.what)
            await self.stage.settle()
        entry.what = ONWARD.join(pressed)

    def _press(self, actor: Actor, entry: Entry, before: list[Entry]) -> None:
        language = self.stage.emulator.people[actor.id].language
        translated = {label: render.words(Text(entry.what), label) for label in ("fi", "sv")}
        label = next((w for w in (entry.what, *translated.values()) if _finds(actor, w)), None)
        if label is None:
            label = _by_place(actor, _place(entry, before))
        assert label, f"{entry}: there is no such button ({language}), but {actor.buttons}"
        message_id = actor.showing(label)
        shown = next(m for m in actor.messages if m["message_id"] == message_id)
        data = next(b["callback_data"] for row in _keyboard(shown) for b in row if b["text"] == label)
        self.pressed[entry.who], entry.what = (message_id, data), label
        self.stage.emulator.press(actor.id, message_id, label)

    def look(self) -> list[str]:
        """What is new on every phone, as lines."""
        lines: list[str] = []
        for name, chat in self.chats.items():
            now = _shown(self.stage, chat)
            lines += _changes(name, self.seen.get(name, {}), now)
            self.seen[name] = now
            if name in self.people:
                toasts = self.people[name].toasts
                for toast in toasts[self.toasts[name] :]:
                    lines += _block(name, "toast", toast)
                self.toasts[name] = len(toasts)
        return lines

    async def read_back(self) -> None:
        """What is stored is what goes on: every conversation reads back as it was written."""
        for (body,) in await self.stage.rows("SELECT body FROM conversation"):
            assert msgspec.json.encode(msgspec.json.decode(body, type=Conversation)).decode() == body
        assert not await self.stage.rows("SELECT 1 FROM inbox WHERE status <> 'done'")


def _keyboard(message: dict[str, Any]) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _finds(actor: Actor, label: str) -> bool:
    return any(b["text"] == label for m in actor.messages for row in _keyboard(m) for b in row)


def _by_place(actor: Actor, place: Place | None) -> str | None:
    rows = _keyboard(actor.screen)
    if place is None or place[0] >= len(rows) or place[1] >= len(rows[place[0]]):
        return None
    return rows[place[0]][place[1]]["text"]


def _place(entry: Entry, before: list[Entry]) -> Place | None:
    """Where a label stood when the transcript was last written down, as row and column."""
    for earlier in reversed(before):
        rows: list[str] = []
        for line in earlier.followed:
            head, text = line[:20].strip(), line[20:]
            rows = [] if head or not text.startswith("[") else [*rows, text]
            if f"[{entry.what}]" in text and rows:
                return len(rows) - 1, re.findall(r"\[(.*?)\]", text).index(entry.what)
    return None


def _shown(stage: Theatre, chat: int) -> Shown:
    emulator = stage.emulator
    return {
        message["message_id"]: (
            _OPENED.sub("/start …", _LINK.sub("?start=…", _words(message))),
            "\n".join(" ".join(f"[{b['text']}]" for b in row) for row in _keyboard(message)),
            emulator.is_from_bot(message),
        )
        for message in emulator.messages(chat)
    }


def _words(message: dict[str, Any]) -> str:
    """What a message says; a picture or a document is named before its caption."""
    if "photo" in message:
        return f"(picture)\n{said(message)}"
    if "document" in message:
        return f"(document {message['document']['file_name']})\n{said(message)}"
    return said(message) or "…"


def _changes(name: str, before: Shown, now: Shown) -> Iterator[str]:
    for number, (text, _, _) in before.items():
        if number not in now:
            first = text.partition("\n")[0]
            yield from _block(name, "deletes", first if len(first) <= 60 else first[:59] + "…")
    for number, (text, buttons, bots) in now.items():
        if bots and now[number] != before.get(number):
            whole = f"{text}\n{buttons}" if buttons else text
            yield from _block(name, "edits" if number in before else "sends", whole)


def _block(name: str, how: str, text: str) -> Iterator[str]:
    first, *rest = (line for line in text.splitlines() if line)
    yield f"  {name:<8} {how:<8} {first}"
    yield from (f"{INDENT}{line}".rstrip() for line in rest)
