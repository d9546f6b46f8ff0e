"""The documents name what exists, and everything that can be set or run is documented."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pytest
import typer
from msgspec import Struct
from msgspec.structs import replace

from bot import cli, closing, config, helpnow, meetings, parents, render
from conversations import appointments
from conversations.appointments import start_says
from conversations.child_words import SAID
from conversations.conversation import Conversation
from conversations.coparent import COPARENT
from conversations.ended import NEXT
from conversations.facts import Ended, Invited
from conversations.feedback_facts import ChildMode
from conversations.flow import Ask, Question, Scene, State, Summary
from conversations.moves import children_paragraphs, help_paragraphs
from conversations.parent import PARENT
from conversations.questions import REGIONS
from conversations.text import Paragraph, Text
from conversations.view import HELP, LANGUAGES, view
from tests.scenes import plain, requested
from tests.theatre import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
CONFIGURATION, OPERATION, TEXTS = (ROOT / "docs" / f"{name}.md" for name in ("configuration", "operation", "texts"))
ARCHITECTURE, README = ROOT / "docs" / "architecture.md", ROOT / "README.md"
HOME_OF = {config.DatabaseSection: "database", config.Promise: "promise", config.Life: "life", config.Pacing: "outbox"}

LINK = re.compile(r"!?\[(?P<words>[^\]]*)\]\((?P<target>[^)\s]+)\)")
IN_CODE = re.compile(r"`([^`\n]+)`")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ENVIRONMENT = re.compile(r"(?:TELEGRAM|BOT)_[A-Z_]+")
PATHS = re.compile(r"(?:\./)?(?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml|py|sql|po|lock|cfg)")
MADE_BY_RUNNING = ("data/", ".venv/")
OF_THIS_MACHINE = re.compile(r"(?<![\w.*})-])/(?:wor" + r"k|roo" + r"t|hom" + r"e)(?:/|\b)", re.IGNORECASE)
OF_NO_USE_HERE = re.compile("py" + r"pi\b|\bregis" + r"try\b|\.\./sha" + "red", re.IGNORECASE)
REVIEWED = re.compile(r"–|\d{4}-\d{2}-\d{2}, \S.*")
SAFETY_STATES = ("welcome", "age", "phone_safe", "phone_care", "afraid", "contact_other", "privacy")
"""Where consent is asked and explained, and where the gate questions stand."""

_AFRAID = view(PARENT, Conversation(flow="parent", state="afraid"), plain())
HELP_NOW = next(button.label for button in _AFRAID.buttons if button.token == HELP)


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose_of(path: Path) -> str:
    """A document without its fenced examples."""
    return FENCED.sub("", text_of(path))


def rows_of(path: Path) -> list[list[str]]:
    """The cells of every row of every table."""
    lines = (line for line in text_of(path).splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def keys_of(struct: type[Struct], prefix: str = "") -> Iterator[str]:
    """Every key of a settings struct, as "life.draft"."""
    for name, kind in get_type_hints(struct, include_extras=True).items():
        inner = [part for part in parts_of(kind) if isinstance(part, type) and issubclass(part, Struct)]
        for section in inner:
            yield from keys_of(section, f"{prefix}{name}.")
        if not inner:
            yield f"{prefix}{name}"


def parts_of(kind: Any) -> Iterator[Any]:
    """The types in a type: what is annotated, the members of a union, the elements of a tuple."""
    if get_origin(kind) is Annotated:
        yield from parts_of(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType, tuple):
        for part in get_args(kind):
            yield from parts_of(part)
    else:
        yield kind


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command with its options, from the program itself."""
    for name, command in _commands_of(typer.main.get_command(cli.app)):
        options = [option for parameter in command.params for option in parameter.opts]
        yield name, [option for option in options if option.startswith("--") and option != "--help"]


def _commands_of(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands_of(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def tracked() -> list[Path]:
    """What stands in the repository or is about to, but for pictures."""
    listing = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file() and not name.endswith(".png")]


def safety_texts() -> set[str]:
    """The ids of the texts of the safety class: crisis, consent, gate questions."""
    lines = plain().lines
    said = [*help_paragraphs(lines, "en"), *children_paragraphs(lines, "en"), helpnow._HIDE, render.DISCREET, HELP_NOW]
    found = {text.id for part in said if isinstance(part, Text | tuple) for text in texts_in(part)}
    for name in SAFETY_STATES:
        found |= {text.id for text in texts_of(PARENT.states[name])}
    invited = replace(plain(), invited=Invited(plain().associations[0].id, sent=False))
    for name in (*SAFETY_STATES, "delete"):
        found |= {text.id for text in texts_of(COPARENT.states[name], Scene({}, invited))}
    found |= {text.id for text in texts_of(COPARENT.states["sent"])}
    for link in ("may", "made"):
        request = replace(requested("waiting", {}), link=link)
        found |= {text.id for text in texts_of(PARENT.states["link"], Scene({}, replace(plain(), request=request)))}
    found |= {parents._GIVE.id, meetings._NOT_HELD.id, start_says("joint").id, start_says("separate").id}
    found |= {text.id for text in (*appointments._WHO.values(), appointments._ALONE, appointments._SAVED)}
    for name in ("place", "calendar", "cancel"):
        found |= {text.id for text in texts_of(PARENT.states[name])}
    ended = replace(plain(), ended=Ended(plain().associations[0].id, plain().today, tuple(NEXT)))
    for name in ("sent", "come_back"):
        found |= {text.id for text in texts_of(PARENT.states[name], Scene({}, ended))}
    found |= {closing._MORE.id} | {text.id for text in childrens_texts()}
    return {text for text in found if re.search(r"\w", re.sub(r"{\w+}", "", text))}


def childrens_texts() -> Iterator[Text]:
    """What a child is told before answering, agrees to, and reads about talking with an adult."""
    for band, said in SAID.items():
        yield from said.hello(ChildMode(band, "worker", 0, (), texts=True))
        yield from said.hello(ChildMode(band, "parent", 0, (), texts=True))
        yield from (said.stopping, said.finished, said.wants, said.tells, said.told, said.going, said.nobody)
        yield from (said.beside, said.comes)
        yield from (said.call, said.danger)


def texts_of(state: State, scene: Scene | None = None) -> Iterator[Text]:
    scene = scene or Scene({}, plain())
    parts: list[Any] = [state.ask if isinstance(state.ask, Text) else state.ask(scene)]
    if isinstance(state, Question):
        parts += [state.hint, state.skip.label if state.skip else None]
    if isinstance(state, Ask | Summary):
        parts += [option.label for option in state.options]
        parts += [option.says(scene) for option in state.options if option.says]
    for part in parts:
        yield from texts_in(part)


def texts_in(part: Paragraph | tuple[Paragraph, ...] | None) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from texts_in(inner)


def test_every_setting_is_documented_and_nothing_else() -> None:
    told = {name for row in rows_of(CONFIGURATION) for name in re.findall(r"^`(\w+\.\w+)`$", row[0])}
    assert told == set(keys_of(config._File))


def test_the_shipped_values_are_documented() -> None:
    shipped = tomllib.loads(text_of(ROOT / "config.toml"))
    told = {row[0].strip("`"): row[2] for row in rows_of(CONFIGURATION) if len(row) == 4}
    for section in HOME_OF.values():
        for key, value in shipped[section].items():
            assert told[f"{section}.{key}"].strip("`\"'") == str(value)


def test_every_region_is_documented() -> None:
    assert not {region for region in REGIONS if f"`{region}`" not in text_of(CONFIGURATION)}


@pytest.mark.parametrize(("name", "options"), list(commands()))
def test_every_command_and_option_is_documented(name: str, options: list[str]) -> None:
    row = next(row for row in rows_of(README) if row[0] == f"`python -m bot {name}`")
    assert {option.split()[0] for option in re.findall(r"--[a-z]+", row[1])} == set(options)


def test_no_command_is_documented_that_does_not_exist() -> None:
    known = {name.partition(" ")[0] for name, _ in commands()}
    for document in DOCUMENTS:
        for told in re.findall(r"python -m bot ([a-z|]+)", text_of(document)):
            assert set(told.split("|")) <= known, document.name


def test_every_environment_variable_is_documented_and_nothing_else() -> None:
    read = {
        node.value
        for path in (ROOT / "bot").glob("*.py")
        for node in ast.walk(ast.parse(text_of(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ENVIRONMENT.fullmatch(node.value)
    }
    told = {name for row in rows_of(CONFIGURATION) for name in re.findall(r"^`([A-Z_]+)`$", row[0])}
    assert told == read
    assert not {name for name in read if f"`{name}`" not in text_of(README)}


def test_every_log_event_is_documented_and_nothing_else() -> None:
    logged = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                logger = ast.unparse(node.func.value)
                if logger in ("log", "structlog.get_logger()") and isinstance(node.args[0], ast.Constant):
                    logged.add((str(node.args[0].value), node.func.attr))
    told = {
        (row[0].strip("`"), row[1]) for row in rows_of(OPERATION) if row[1:2] and row[1] in ("info", "warning", "error")
    }
    assert told == logged


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere_and_pictures_are_described(document: Path) -> None:
    for link in LINK.finditer(prose_of(document)):
        target, _, heading = link["target"].partition("#")
        if re.match(r"https?:", target):
            continue
        assert (document.parent / target).exists(), link["target"]
        if heading:
            titles = re.findall(r"^#+ (.+)$", text_of(document.parent / target if target else document), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
        assert not target.endswith(".png") or len(link["words"]) > 40, f"{target} needs a description"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_are_named_exist(document: Path) -> None:
    inside = (ROOT, ROOT / "bot", ROOT / "conversations", ROOT / "docs", document.parent)
    for word in IN_CODE.findall(prose_of(document)):
        path = word.split("::")[0]
        if PATHS.fullmatch(path) and not path.startswith(MADE_BY_RUNNING) and "NNN" not in path:
            assert any((folder / path).exists() for folder in inside), word


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / link["target"]).resolve() for page in DOCUMENTS for link in LINK.finditer(text_of(page))}
    assert set(ROOT.glob("docs/pictures/*.png")) <= shown


def test_tests_that_hold_a_promise_exist() -> None:
    named = re.findall(r"`(tests/\w+\.py)::(\w+)`", text_of(ARCHITECTURE))
    assert named
    for path, name in named:
        assert re.search(rf"^(?:async )?def {name}\(", text_of(ROOT / path), re.MULTILINE), f"{path}::{name}"


def test_make_has_every_target_that_is_named() -> None:
    targets = set(re.findall(r"^([a-z0-9]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for document in DOCUMENTS:
        code = [*IN_CODE.findall(prose_of(document)), *FENCED.findall(text_of(document))]
        assert {name for part in code for name in re.findall(r"\bmake ([a-z0-9]+)", part)} <= targets, document.name


def test_every_dependency_has_a_reason() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    needed = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    told = {row[0] for row in rows_of(ROOT / "docs" / "decisions.md")}
    assert {re.split(r"[<>=]", each)[0] for each in needed} <= told


def test_the_changelog_has_the_version() -> None:
    version = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)


def test_nothing_points_outside_the_repository() -> None:
    found = []
    for path in tracked():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if OF_THIS_MACHINE.search(line) or OF_NO_USE_HERE.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []


def test_every_safety_text_is_listed_with_its_reviews() -> None:
    rows = [row for row in rows_of(TEXTS) if len(row) == 1 + len(LANGUAGES) and set(row[0]) != {"-"}]
    heads, listed = (
        [row for row in rows if row[1:] == list(LANGUAGES)],
        [row for row in rows if row[1:] != list(LANGUAGES)],
    )
    assert heads
    numbers = {f"Help line {line.number}: its name and hours" for line in plain().lines}
    assert {row[0] for row in listed} == safety_texts() | numbers
    assert all(REVIEWED.fullmatch(review) for row in listed for review in row[1:])
