"""Rules of Telegram's wire that need no memory: refusals, how texts are measured and cut, commands, HTML, keyboards."""

import re
from html.parser import HTMLParser
from typing import Any

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200

_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,32}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")
_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}


class ApiError(Exception):
    """What a Bot API call answers when it is refused."""

    def __init__(self, code: int, description: str, **parameters: object) -> None:
        super().__init__(code, description)
        self.code = code
        self.description = description
        self.parameters: dict[str, object] = parameters


def bad_request(reason: str) -> ApiError:
    """Return the refusal of a request that cannot be done as it stands."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return the refusal of a request that nobody lets the bot do."""
    return ApiError(403, f"Forbidden: {reason}")


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it: in UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def pieces(text: str) -> list[str]:
    """Cut a text that is too long for one message, as clients do before they send it."""
    parts = [""]
    used = 0
    for character in text:
        used += units(character)
        if used > TEXT_LIMIT:
            parts.append("")
            used = units(character)
        parts[-1] += character
    return parts


def commands_in(text: str) -> list[dict[str, Any]]:
    """Return the bot_command entities that a client marks in a typed text."""
    return [
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": len(found.group())}
        for found in _COMMAND.finditer(text)
    ]


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self._open: list[tuple[str, dict[str, Any]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}"')
        entity: dict[str, Any] = {"type": _TAGS[tag], "offset": units(self.text), "length": 0}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self._open.append((tag, entity))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')
        entity = self._open.pop()[1]
        entity["length"] = units(self.text) - entity["offset"]
        self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data

    def finish(self) -> None:
        self.close()
        if self._open:
            raise bad_request(
                f"can't parse entities: Can't find end tag corresponding to start tag {self._open[-1][0]}"
            )


def formatted(text: str, parse_mode: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities; Markdown is shown as it was written."""
    if parse_mode.lower() in {"", "markdown", "markdownv2"}:
        return text, []
    if parse_mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    parser = _Html()
    parser.feed(text)
    parser.finish()
    return parser.text, sorted(parser.entities, key=lambda entity: int(entity["offset"]))


def check_markup(markup: object) -> dict[str, Any]:
    """Return a reply_markup if Telegram would take it; an empty keyboard is no keyboard."""
    if not markup:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    for field in ("inline_keyboard", "keyboard"):
        rows = markup.get(field, [])
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad_request(f'field "{field}" must be an Array of Arrays')
    inline = [row for row in markup.get("inline_keyboard", []) if row]
    for button in (button for row in inline for button in row):
        _check_button(button)
    if sum(map(len, inline)) > 100:
        raise bad_request("reply markup is too long")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": inline} if inline else {}
    return markup


def _check_button(button: object) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    data, url = button.get("callback_data"), button.get("url")
    if isinstance(url, str):
        if not re.match(r"(https?|tg)://.", url):
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    elif isinstance(data, str):
        if not 1 <= len(data.encode()) <= 64:
            raise bad_request("BUTTON_DATA_INVALID")
    elif len(button) < 2:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
