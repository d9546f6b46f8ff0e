"""`config.toml`, the help lines and the environment as frozen values; what is wrong is named by file, line and key.

No default hides here: every key of `config.toml` must be there, an unknown one is an error.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from conversations.facts import Association, CrisisLine
from conversations.questions import REGIONS

ROOT = Path(__file__).resolve().parent.parent
CRISIS_LINES = Path(__file__).with_name("crisis_lines.toml")
TELEGRAM = "https://api.telegram.org"
LINES_CHECKED_WITHIN = timedelta(days=180)

Hours = Annotated[int, Meta(gt=0)]
Count = Annotated[int, Meta(gt=0)]


class ConfigError(Exception):
    """Settings that cannot be used. The text names the file, the key and what is expected; exit code 2."""


class _Strict(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class DatabaseSection(_Strict, frozen=True):
    path: str


class Promise(_Strict, frozen=True):
    first_meeting_days: Annotated[int, Meta(ge=1, le=31)]


class Life(_Strict, frozen=True):
    """Hours after which things go, but for ``details_minutes``."""

    draft: Hours
    messages: Annotated[int, Meta(gt=0, lt=48)]
    quarantine: Hours
    sent: Hours
    invitation: Hours
    audit: Hours
    details_minutes: Count
    talk: Hours
    letter: Hours
    note: Hours
    closed: Hours


class Meetings(_Strict, frozen=True):
    """Hours, but for ``days_ahead``: how soon and how far ahead times can be offered, when whoever has not answered is
    asked again and when the workers hear of it, when a parent is reminded of an agreed meeting."""

    notice: Hours
    days_ahead: Annotated[int, Meta(ge=7, le=60)]
    ask_again: Hours
    silent: Hours
    day_before: Hours
    soon: Hours


class Feedback(_Strict, frozen=True):
    """When parents are asked (days after the end, and after that); for how long a chat may be in a child's hands, and a
    code for that is good (minutes); from how many answers on figures are shown; for how many weeks texts are kept."""

    after_days: Count
    remind_days: Count
    open_days: Annotated[int, Meta(ge=2, le=60)]
    after_meeting: bool
    child_minutes: Annotated[int, Meta(ge=5, le=120)]
    code_minutes: Annotated[int, Meta(ge=1, le=60)]
    smallest: Annotated[int, Meta(ge=3)]
    text_weeks: Count


class Pacing(_Strict, frozen=True):
    """Telegram's limits, and how long to try."""

    per_second: Count
    chat_burst: Count
    chat_per_second: Annotated[float, Meta(gt=0)]
    group_per_minute: Count
    in_flight: Count
    give_up: Hours


class AssociationSection(_Strict, frozen=True):
    id: Annotated[str, Meta(pattern="^[a-z0-9-]{1,40}$")]
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    regions: tuple[str, ...]
    contact: Annotated[str, Meta(min_length=1)]
    verified: bool
    working_hours: tuple[Annotated[int, Meta(ge=0, le=23)], Annotated[int, Meta(ge=1, le=24)]]
    phone: str | None = None
    address: str = ""
    changed: dict[str, str] = {}


class _File(_Strict, frozen=True):
    database: DatabaseSection
    promise: Promise
    meetings: Meetings
    life: Life
    feedback: Feedback
    outbox: Pacing
    association: tuple[AssociationSection, ...]


class _Line(_Strict, frozen=True):
    number: str
    verified: bool
    audience: Literal["everyone", "children"]
    locales: tuple[str, ...]
    name: dict[str, str]
    hours: dict[str, str] = {}
    source: str = ""
    checked_on: date | None = None


class _Lines(_Strict, frozen=True):
    line: tuple[_Line, ...]


class Config(Struct, frozen=True, kw_only=True):
    """Everything that can be set."""

    database: Path
    key_file: Path | None
    token: str
    api_url: str
    trial: bool
    promise: Promise
    meetings: Meetings
    life: Life
    feedback: Feedback
    outbox: Pacing
    associations: tuple[Association, ...]
    lines: tuple[CrisisLine, ...]


T = TypeVar("T")


def read(path: Path, environment: Mapping[str, str]) -> Config:
    """Read the settings; a ConfigError says what is wrong. Tokens and keys are asked for only when they are used."""
    file = _parse(path, _File)
    _check_associations(path, file.association)
    _check_order(path, file.meetings)
    _check_feedback(path, file.feedback)
    api_url, trial = _api_url(environment.get("TELEGRAM_API_URL") or TELEGRAM)
    key_file = environment.get("BOT_DATABASE_KEY_FILE")
    return Config(
        database=Path(environment.get("BOT_DATABASE") or file.database.path),
        key_file=Path(key_file) if key_file else None,
        token=environment.get("TELEGRAM_BOT_TOKEN", ""),
        api_url=api_url,
        trial=trial,
        promise=file.promise,
        meetings=file.meetings,
        life=file.life,
        feedback=file.feedback,
        outbox=file.outbox,
        associations=tuple(
            Association(a.id, a.name, a.regions, a.contact, a.phone, a.working_hours, a.address, a.changed)
            for a in file.association
        ),
        lines=tuple(
            CrisisLine(line.name, line.number, line.hours, line.locales, line.audience)
            for line in _parse(CRISIS_LINES, _Lines).line
            if line.verified
        ),
    )


def _check_order(path: Path, meetings: Meetings) -> None:
    """What comes first has to come first."""
    for key, value, before, other in (
        ("silent", meetings.silent, "ask_again", meetings.ask_again),
        ("day_before", meetings.day_before, "soon", meetings.soon),
        ("days_ahead", meetings.days_ahead * 24, "notice", meetings.notice),
    ):
        if value <= other:
            raise ConfigError(f"{path}: meetings.{key}: expected longer than meetings.{before}")


def _check_feedback(path: Path, feedback: Feedback) -> None:
    if feedback.remind_days >= feedback.open_days:
        raise ConfigError(f"{path}: feedback.open_days: expected longer than feedback.remind_days")


def refuse_against_telegram(path: Path, config: Config) -> None:
    """Refuse what only a trial run may do: made-up associations and an open database."""
    if config.trial:
        return
    for association in _parse(path, _File).association:
        if not association.verified:
            raise ConfigError(
                f"{path}: association '{association.id}': verified: expected true before the bot talks to Telegram "
                f"(check the association and its contact first, or set TELEGRAM_API_URL to a trial server)"
            )
    if config.key_file is None:
        raise ConfigError(
            "environment: BOT_DATABASE_KEY_FILE: expected the path of a file with 64 hexadecimal digits, "
            "because the database is encrypted at rest when the bot talks to Telegram"
        )


def outdated_lines(today: date) -> list[str]:
    """The help lines whose number nobody has read at its source for 180 days; they must be checked again."""
    problems = []
    for line in _parse(CRISIS_LINES, _Lines).line:
        if line.verified and (line.checked_on is None or today - line.checked_on > LINES_CHECKED_WITHIN):
            when = line.checked_on.isoformat() if line.checked_on else "never"
            problems.append(f"{CRISIS_LINES.name}: line {line.number}: checked_on: {when}, expected within 180 days")
    return problems


def _api_url(url: str) -> tuple[str, bool]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigError("environment: TELEGRAM_API_URL: expected scheme and host only, as in http://127.0.0.1:8081")
    trial = _is_loopback(parts.hostname)
    if parts.scheme == "http" and not trial:
        raise ConfigError("environment: TELEGRAM_API_URL: expected https, except for a trial server on loopback")
    return f"{parts.scheme}://{parts.netloc}", trial


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _check_associations(path: Path, associations: tuple[AssociationSection, ...]) -> None:
    if not associations:
        raise ConfigError(f"{path}: association: expected at least one [[association]]")
    seen: set[str] = set()
    for association in associations:
        if association.id in seen:
            raise ConfigError(f"{path}: association '{association.id}': id: expected one of its own, it stands twice")
        seen.add(association.id)
        if association.working_hours[0] >= association.working_hours[1]:
            raise ConfigError(f"{path}: association '{association.id}': working_hours: expected opening before closing")
        for region in association.regions:
            if region not in REGIONS:
                raise ConfigError(
                    f"{path}: association '{association.id}': regions: unknown region '{region}', "
                    f"expected some of: {', '.join(REGIONS)}"
                )


def _parse(path: Path, kind: type[T]) -> T:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected a readable TOML file ({type(error).__name__})") from None
    try:
        return msgspec.convert(tomllib.loads(text), kind)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: expected valid TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_explain(str(error), text)}") from None


def _explain(message: str, text: str) -> str:
    """Turn msgspec's words ("Expected `int`, got `str` - at `$.life.draft`") into key, line and expectation."""
    what, _, place = message.partition(" - at `")
    key = place.rstrip("`").removeprefix("$").removeprefix(".")
    unknown = re.search(r"unknown field `(.+?)`", what)
    missing = re.search(r"required field `(.+?)`", what)
    name = (unknown or missing or re.search(r"(\w+)$", key)).group(1) if unknown or missing or key else ""  # type: ignore[union-attr]
    if unknown or missing:
        key = f"{key}.{name}" if key else name
    line = next((n for n, row in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[*{re.escape(name)}\b", row)), None)
    where = f"line {line}: " if line and not missing else ""
    expected = "unknown key, expected only those of docs/configuration.md" if unknown else what.replace("`", "")
    return f"{where}{key}: {'missing, expected a value' if missing else expected}"
