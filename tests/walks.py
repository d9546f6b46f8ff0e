"""Ways through the parents' conversation that several tests take."""

CONSENT = ("I agree, let us begin",)
SHORTEST = (
    *CONSENT,
    "18 or over",
    "Yes, it is safe",
    "We have separated",
    "Alone",
    "Uusimaa",
    "Skip both questions",
    "No",
    "Yes",
    "Separately first",
    "Skip the rest",
    "Send the request",
)
"""Twelve taps, nothing typed, every gate question answered."""

AFRAID = (
    *CONSENT,
    "18 or over",
    "I am not sure",
    "Go on",
    "I think about separating",
    "Alone",
    "Next",
    "Lapland",
    "4–6 years",
    "Continue",
    "Talking it through",
    "Own strength",
    "Continue",
    "Sometimes",
    "Talk with me first",
    "Together",
    "In this chat",
    "Weekdays 16–20",
    "Mornings",
    "Continue",
    "By video",
    "Another, or sign language",
    "Sign language",
)
"""To the summary, with fear and doubts about the phone, and every question answered."""

_AWAY = ("minor", "young_parent", "other", "stop", "withdraw", "delete", "decline")
_ONWARD = ("option", "item", "toggle", "done", "skip", "keep", "change")


def leads_on(token: str) -> bool:
    """Whether somebody who wants to get on would press this button."""
    kind, _, value = token.partition(":")
    return kind in _ONWARD and value not in _AWAY
