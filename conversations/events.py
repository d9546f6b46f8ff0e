"""What can happen to a conversation. Everything else that Telegram sends is turned into one of these."""

from msgspec import Struct


class Pressed(Struct, frozen=True, tag=True):
    """A button was pressed: which keyboard (its nonce), which button on it, and whether it was somebody else's."""

    nonce: str
    index: int
    foreign: bool = False


class Typed(Struct, frozen=True, tag=True):
    """Something was typed. ``button`` is the place on the open keyboard that the text names by label or number, and
    ``phone`` the text as an international phone number; both are None where the text is no such thing."""

    text: str
    button: int | None = None
    phone: str | None = None


class Commanded(Struct, frozen=True, tag=True):
    """A command without its slash, in lower case. A command with a payload comes as `Entered`."""

    name: str


class Entered(Struct, frozen=True, tag=True):
    """A door was opened: a one-time code, or the button of a notice. What is behind it stands in ``facts.entry``."""


class SharedContact(Struct, frozen=True, tag=True):
    """A contact card. ``phone`` is None unless it is the sender's own (Bot API: Contact.user_id is the sender)."""

    phone: str | None


class Unreadable(Struct, frozen=True, tag=True):
    """Something that no conversation takes: a picture, a voice message, a sticker, a place, a forwarded text …"""


class Corrected(Struct, frozen=True, tag=True):
    """An older message was edited."""


class Due(Struct, frozen=True, tag=True):
    """A timer has run out."""

    timer: str


Event = Pressed | Typed | Commanded | Entered | SharedContact | Unreadable | Corrected | Due
