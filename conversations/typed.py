"""What people type where words are asked for, before anything is made of it: everybody else reads it on a button or in
a sentence, and it must neither hide in there nor turn it around."""

import unicodedata

_MISLEADING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF}
"""Characters that turn the direction of what follows, or hide in it. Joiners are none of them: emoji and some languages
need them."""

_UNSEEN = ("Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp")
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and a symbol that are drawn as nothing."""


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
