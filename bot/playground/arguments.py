"""The arguments of a Bot API call, read as leniently as Telegram reads them: everything may also arrive as text."""

import json
import re
from typing import Any

from bot.playground.wire import bad_request

# The arguments that are objects or lists, which a form or a query string carries as JSON, and how a refusal calls them.
_OBJECTS = {
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "scope": "BotCommandScope",
    "menu_button": "menu button",
}
_LISTS = {
    "commands": "commands",
    "message_ids": "message identifiers",
    "allowed_updates": "allowed updates",
    "entities": "message entities",
    "caption_entities": "message entities",
}

Uploads = dict[str, tuple[str, bytes]]
"""The files of a form: name and content by the name of the part."""


def decoded(given: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with their JSON texts read and their shapes checked."""
    plain = dict(given)
    for names, shape in ((_OBJECTS, dict), (_LISTS, list)):
        for name in names.keys() & given.keys():
            try:
                plain[name] = json.loads(given[name] or "null") if isinstance(given[name], str) else given[name]
            except ValueError:
                raise bad_request(f"can't parse {names[name]} JSON object") from None
            if plain[name] is not None and not isinstance(plain[name], shape):
                raise bad_request(f"{'object' if shape is dict else 'array'} expected as {names[name]}")
    return plain


class Args:
    """The arguments of one call, each read as the type that the method wants; what is missing reads as empty."""

    def __init__(self, given: dict[str, Any], uploads: Uploads) -> None:
        self._given, self._uploads = given, uploads

    def text(self, name: str) -> str:
        """Return an argument as text."""
        value = self._given.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str) -> int:
        """Return an argument as a whole number; 0 when it is none."""
        found = re.fullmatch(r"\s*([+-]?\d+)\s*", self.text(name))
        return int(found[1]) if found else 0

    def flag(self, name: str) -> bool:
        """Return an argument as a yes or no."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def json(self, name: str) -> Any:
        """Return an argument as it is after `decoded`; None when it is missing."""
        return self._given.get(name)

    def upload(self, part: str) -> tuple[str, bytes] | None:
        """Return name and content of a file that came along as this part of the form."""
        return self._uploads.get(part)
