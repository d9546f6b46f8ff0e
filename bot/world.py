"""What a turn needs besides the database: settings, the time, and where chance comes from."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.config import Config
from bot.records.cases import new_reference


def new_nonce() -> str:
    """The name of a keyboard: 64 random bits without meaning."""
    return secrets.token_urlsafe(8)


UNSEALS_AFTER = timedelta(hours=2)
"""A chat that was handed over to a child, and in which nobody presses any more, is its owner's again after so long."""


@dataclass
class World:
    """Handed to every turn. Tests hand in their own clock and draws; the bot's account is known once it has started."""

    config: Config
    clock: Clock
    username: str = ""
    nonce: Callable[[], str] = new_nonce
    reference: Callable[[], str] = new_reference
    chance: Callable[[int], int] = secrets.randbelow
    """A number below another, for what is neither a name nor a secret of its own kind."""
    help_shown: dict[int, dict[int, datetime]] = field(default_factory=dict)
    """Help messages that stand in chats, by chat and message. Only here: that somebody asked for help is not stored."""
    sealed: frozenset[int] = frozenset()
    """Chats that a child has now: help is not answered from memory there. As committed, for when it cannot be read."""
    wiped: bool = False
    """Whether a turn has removed what must not stay in the files either. The service sees to it and puts this back."""
    wrong_codes: dict[int, tuple[datetime, ...]] = field(default_factory=dict)
    """When codes for a child's feedback were tried in vain, by chat."""

    def due(self, timer: str) -> datetime:
        """When a timer that starts now runs out."""
        life = self.config.life
        lasts = {
            "draft": timedelta(hours=life.draft),
            "details": timedelta(minutes=life.details_minutes),
            "child": timedelta(minutes=self.config.feedback.child_minutes),
            "unseal": UNSEALS_AFTER,
        }
        return self.clock.now() + lasts[timer]
