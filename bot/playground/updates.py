"""The queue of updates that waits for the bot, and the long poll that waits for updates.

The rules are those of tdlib/telegram-bot-api. An update leaves the queue for ever when a later getUpdates names a
higher offset, or when it grows too old; until then every call gets it again. An offset far beyond the end, or none,
starts at the oldest update, so a bot that makes up its own offset loops.
"""

import asyncio
import random
import time
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.playground.wire import ApiError

LIFE = timedelta(hours=24)
PRESS_LIFE = timedelta(seconds=150)
LONGEST_POLL = 50
# Sent only to a bot that asks for them by name.
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_BEYOND, _BEHIND = 10, 100_000


class UpdateQueue:
    """Updates in the order of their ids, each until it is confirmed or expires."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._queue: dict[int, tuple[float, dict[str, Any]]] = {}
        # A start at random, as after a quiet week: the offset that a bot remembers from another queue means
        # nothing here.
        self.next_id = random.Random().randrange(10**8, 10**9)
        self.allowed: Collection[str] | None = None
        self.repeat_trap = True
        self._parked: asyncio.Future[None] | None = None
        self._previous: tuple[int, float] = (0, -100.0)

    @property
    def parked(self) -> bool:
        """Whether a long poll waits right now."""
        return self._parked is not None

    def put(self, kind: str, body: object) -> None:
        """Queue an update unless the bot did not ask for its kind."""
        if kind in _ON_REQUEST if self.allowed is None else kind not in self.allowed:
            return
        self.put_raw({kind: body}, PRESS_LIFE if kind == "callback_query" else LIFE)

    def put_raw(self, update: dict[str, Any], life: timedelta = LIFE) -> None:
        """Queue an update of any shape."""
        expires = (self._clock.now() + life).timestamp()
        self._queue[self.next_id] = (expires, {"update_id": self.next_id, **update})
        self.next_id += 1
        if self._parked is not None and not self._parked.done():
            self._parked.set_result(None)
        self._changed()

    def waiting(self) -> int:
        """Return how many updates are neither confirmed nor too old."""
        now = self._clock.now().timestamp()
        self._queue = {number: entry for number, entry in self._queue.items() if entry[0] >= now}
        return len(self._queue)

    def clear(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()

    async def get(self, offset: int, limit: int, timeout: int) -> list[dict[str, Any]]:
        """Confirm what lies before the offset and return what comes after it, waiting for it up to the timeout."""
        limit, timeout = self._after_repeating(offset, limit, timeout)
        self._end_other()
        if offset < 0:
            self._forget_before(sorted(self._queue)[offset:][0] if len(self._queue) > -offset else 0)
            offset = 0
        found = self._read(offset, limit)
        if not found and timeout:
            await self._park(timeout)
            found = self._read(offset, limit)
        return found

    def _after_repeating(self, offset: int, limit: int, timeout: int) -> tuple[int, int]:
        """Slow a bot down that asks for the same again: it must wait, or gets one update at a time."""
        before, at = self._previous
        now = time.monotonic()
        self._previous = (offset, now)
        if not self.repeat_trap or offset != before:
            return limit, timeout
        return 1 if now < at + 0.5 else limit, max(timeout, 3) if now < at + 3 else timeout

    def _end_other(self) -> None:
        if self._parked is not None and not self._parked.done():
            reason = "terminated by other getUpdates request; make sure that only one bot instance is running"
            self._parked.set_exception(ApiError(409, f"Conflict: {reason}"))

    async def _park(self, timeout: float) -> None:
        parked = self._parked = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(parked, timeout)
        except TimeoutError:
            return
        finally:
            if self._parked is parked:
                self._parked = None

    def _read(self, offset: int, limit: int) -> list[dict[str, Any]]:
        head = min(self._queue, default=self.next_id)
        if head - _BEHIND <= offset <= self.next_id + _BEYOND:
            self._forget_before(offset)
        self.waiting()
        return [update for _, update in list(self._queue.values())[:limit]]

    def _forget_before(self, offset: int) -> None:
        self._queue = {number: entry for number, entry in self._queue.items() if number >= offset}
