"""How fast Telegram lets a bot send; in real time, because a pushed clock must not lift a limit."""

import math
import time


class _Bucket:
    def __init__(self, size: int, per_second: float) -> None:
        self._size = size
        self._rate = per_second
        self._level = float(size)
        self._at = time.monotonic()

    def missing(self) -> float:
        """Return the seconds until the next message may go; 0 when it may go now."""
        now = time.monotonic()
        self._level = min(self._size, self._level + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1 - self._level) / self._rate)

    def take(self) -> None:
        self._level -= 1


class FloodLimits:
    """30 messages a second in all, 20 a minute to a group, and 20 at once but then one a second to a person."""

    def __init__(self) -> None:
        self._overall = _Bucket(30, 30.0)
        self._chats: dict[int, _Bucket] = {}

    def spend(self, chat: int) -> int:
        """Count one message to the chat; return 0, or the seconds to wait when it is one too many."""
        # Only groups have negative ids.
        own = self._chats.setdefault(chat, _Bucket(20, 1.0 if chat > 0 else 20 / 60))
        wait = max(own.missing(), self._overall.missing())
        if wait:
            return math.ceil(wait)
        own.take()
        self._overall.take()
        return 0
