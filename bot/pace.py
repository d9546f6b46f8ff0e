"""Telegram's sending limits, so that they are kept before Telegram has to say so.

Runs on the machine's own steady time, not on the pushed clock: it is about the network, not about people.
"""

import asyncio
from collections import OrderedDict

from bot.config import Pacing

_CHATS = 10_000


class _Bucket:
    """Lets ``burst`` through at once and then ``per_second``."""

    def __init__(self, per_second: float, burst: float) -> None:
        self._per_second, self._burst = per_second, burst
        self._left, self._at = burst, 0.0

    def wait(self, now: float) -> float:
        """Take one and return the seconds until it may go."""
        self._left = min(self._burst, self._left + (now - self._at) * self._per_second)
        self._at = now
        self._left -= 1
        return max(0.0, -self._left / self._per_second)


class Pace:
    """Waits before a call: about one message a second in a private chat, 20 a minute in a group, 30 a second in all."""

    def __init__(self, limits: Pacing) -> None:
        self._limits = limits
        self._all = _Bucket(limits.per_second, limits.per_second)
        self._chats: OrderedDict[int, _Bucket] = OrderedDict()

    async def wait(self, chat_id: int) -> None:
        """Return when a call to this chat may go."""
        now = asyncio.get_running_loop().time()
        seconds = max(self._all.wait(now), self._bucket(chat_id).wait(now))
        if seconds:
            await asyncio.sleep(seconds)

    def _bucket(self, chat_id: int) -> _Bucket:
        limits = self._limits
        if chat_id not in self._chats:
            in_group = _Bucket(limits.group_per_minute / 60, limits.group_per_minute)
            self._chats[chat_id] = in_group if chat_id < 0 else _Bucket(limits.chat_per_second, limits.chat_burst)
            if len(self._chats) > _CHATS:
                self._chats.popitem(last=False)
        self._chats.move_to_end(chat_id)
        return self._chats[chat_id]
