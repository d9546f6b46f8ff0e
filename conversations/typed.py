"""What people type where words are asked for, before anything is made of it: everybody else reads it on a button or in
a sentence, and it must neither hide in there nor turn it around."""

import unicodedata

from conversations.moves import CHILD_COMMANDS

_MISLEADING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF}
"""Characters that turn the direction of what follows, or hide in it. Joiners are none of them: emoji and some languages
need them."""

_UNSEEN = ("Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp")
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a symbol that are drawn as nothing."""


CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for each other when a code is read aloud."""

CODE_LENGTH = 6


def is_code(code: str) -> bool:
    """Whether this has the form of a code. It has letters and digits, so that no word is taken for one."""
    shaped = len(code) == CODE_LENGTH and {*code} <= {*CODE_ALPHABET}
    return shaped and not code.isalpha() and not code.isdigit()


def read_code(text: str) -> tuple[bool, str]:
    """The code for a child's feedback in a text, and whether it stands behind its command: then anything may be there.
    Alone, or behind the bare word of the command, it is "" if it has not the form of one."""
    typed = text.strip()
    bare = typed.removeprefix("/")
    name = next((name for name in CHILD_COMMANDS if bare.casefold().startswith(name)), "")
    rest = bare[len(name) :]
    if rest.startswith("@"):  # the name of the bot
        rest = rest[len(rest.split()[0]) :]
    words = rest.lstrip(": \t\r\n")
    if name and bare != typed and (words != rest or not words or is_code(_squeezed(words))):
        return True, words
    code = _squeezed(words if name and bare == typed and words != rest else typed)
    return False, code if is_code(code) else ""


def _squeezed(text: str) -> str:
    return "".join(text.split()).upper()


def plain_words(text: str) -> str:
    """Typed words without control characters and misleading ones; "" if nothing of them can be seen."""
    kept = "".join(map(_kept, text.replace("\r\n", "\n"))).strip()
    return kept if any(_is_seen(character) for character in kept) else ""


def _kept(character: str) -> str:
    if character != "\n" and unicodedata.category(character) == "Cc":
        return " " if character.isspace() else ""
    return "" if ord(character) in _MISLEADING else character


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _BLANK
