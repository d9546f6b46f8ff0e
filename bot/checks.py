"""What `python -m bot check` looks at besides the settings: flows, translations, the database."""

import re
from collections.abc import Iterable, Iterator, Mapping
from sqlite3 import Connection

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot import render
from bot.config import Config
from bot.render import LOCALES
from conversations import checks
from conversations.flow import Ask, AskMany, Flow, Menu, Question, Summary
from conversations.questions import REGIONS
from conversations.staff import FLOWS
from conversations.text import Text
from conversations.view import LANGUAGES

BUTTON_LIMIT = 25
_FIELD = re.compile(r"{(\w+)}")


def problems(settings: Config) -> list[str]:
    """Everything that is wrong with flows, labels and translations."""
    cut_off = label_problems((*labels(FLOWS), *REGIONS.values()))
    return [*checks.problems(FLOWS), *cut_off, *_catalog_problems(), *_association_problems(settings)]


def _association_problems(settings: Config) -> Iterator[str]:
    served = {region for association in settings.associations for region in association.regions}
    for region in REGIONS:
        if region not in served:
            yield f"config: no association serves the region '{region}': its parents are offered all of them"


def read_catalog(locale: str) -> Catalog:
    """A language's catalog as it stands in the file."""
    with (LOCALES / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def _catalog_problems() -> Iterator[str]:
    for locale in LANGUAGES:
        if locale == "en":
            continue
        for message in read_catalog(locale):
            if not message.id:
                continue
            ids, forms = _forms(message.id), _forms(message.string)
            if message.fuzzy or not all(forms):
                yield f"locales/{locale}: not translated: {ids[0]!r}"
            for form in forms:
                if form and not set(_FIELD.findall(form)) <= set(_FIELD.findall("".join(ids))):
                    yield f"locales/{locale}: other fields than in {ids[0]!r}"


def _forms(words: object) -> tuple[str, ...]:
    """A message without plurals as a tuple of one."""
    return tuple(str(form) for form in words) if isinstance(words, list | tuple) else (str(words or ""),)


def label_problems(labels: Iterable[Text]) -> Iterator[str]:
    """Texts on buttons that a small phone would cut off."""
    for label in labels:
        for locale in LANGUAGES:
            words = render.words(label, locale)
            if len(words) > BUTTON_LIMIT:
                yield f"{locale}: more than {BUTTON_LIMIT} characters on a button: {words!r}"


def labels(flows: Mapping[str, Flow]) -> Iterator[Text]:
    """Every text of a flow that stands on a button; an answer that can be changed is a button with its title."""
    yield from (item.label for flow in flows.values() for item in flow.under if isinstance(item.label, Text))
    for state in (state for flow in flows.values() for state in flow.states.values()):
        if isinstance(state, Ask | AskMany | Menu | Summary):
            yield from (option.label for option in state.options if isinstance(option.label, Text))
        if isinstance(state, Question):
            yield from ([state.skip.label] if state.skip else [])
            yield from ([state.title] if state.title else [])


def database_problems(db: Connection) -> list[str]:
    """What SQLite itself finds, and what lies in quarantine."""
    found = [f"database: {row[0]}" for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"database: {row[0]}: a row without its parent" for row in db.execute("PRAGMA foreign_key_check")]
    (quarantined,) = db.execute("SELECT count(*) FROM inbox WHERE status='quarantined'").fetchone()
    if quarantined:
        found.append(f"inbox: {quarantined} in quarantine, expected 0: see the column error")
    return found
