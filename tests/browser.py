"""The playground as people see it: the real command in a process of its own, and its page in the system's Chromium."""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Playwright, expect

from bot.clock import HELSINKI
from bot.render import words
from conversations.text import N_, Words

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
STARTS_WITHIN = 30.0
PATIENCE = 10_000
"""Milliseconds until something must show on the page; nothing waits that long unless it is broken."""

A_LITTLE = timedelta(seconds=10)

REMEMBER_PREVIEWS = """
    window.previews = [];
    const remember = (preview) => previews.includes(preview.textContent) || previews.push(preview.textContent);
    new MutationObserver(() =>
        document.querySelectorAll("section[data-role$=parent] [data-lock] p").forEach(remember)
    ).observe(document, { subtree: true, childList: true, characterData: true });
"""
"""Keeps every text that a locked phone of a parent ever shows."""

TAPS_AT_ONCE = 18
"""Telegram lets 20 messages at once into a chat; these tests press faster than people do."""


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium. Without one the test is skipped, but on the CI machine it fails."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = f"no Chromium on this machine: looked for {', '.join(NAMES)}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    expect.set_options(timeout=PATIENCE)
    return playwright.chromium.launch(executable_path=found, args=QUIET)


@contextmanager
def playground(folder: Path) -> Iterator[str]:
    """Run the command on a free port and give the page's address; at the end it must stop by itself, without errors."""
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    config, log = folder / "config.toml", folder / "log"
    config.write_text(re.sub(r"(?m)^chat_burst = \d+", f"chat_burst = {TAPS_AT_ONCE}", shipped), encoding="utf-8")
    with log.open("w") as errors:
        command = [sys.executable, "-m", "bot", "playground", "--port", "0", "--config", str(config)]
        running = subprocess.Popen(command, cwd=ROOT, env=_plain(), stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            yield _address(running, log)
        finally:
            running.send_signal(signal.SIGTERM)
            output, _ = running.communicate(timeout=STARTS_WITHIN)
    said = log.read_text(encoding="utf-8")
    assert running.returncode == 0, said
    assert "level='error'" not in said, said
    assert output == ""


def _plain() -> dict[str, str]:
    """The environment without this machine's own bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "BOT_"))}


def _address(running: "subprocess.Popen[str]", log: Path) -> str:
    assert running.stdout
    ready, _, _ = select.select([running.stdout], [], [], STARTS_WITHIN)
    line = running.stdout.readline() if ready else ""
    printed = re.search(r"http://127\.0\.0\.1:\d+", line)
    assert printed, f"no address was printed: {line!r} {log.read_text(encoding='utf-8')}"
    return printed.group()


class Phone:
    """One phone on the page and what its owner does with it."""

    def __init__(self, page: Page, at: Locator, locale: str) -> None:
        self.page, self.at, self.locale = page, at, locale
        self.log = at.get_by_role("log")
        self.messages = self.log.locator("article[data-message]")
        self.lock = at.locator("[data-lock] p")

    def words(self, said: Words) -> str:
        """Words in the language of this phone's owner."""
        return words(said, self.locale)

    def do(self, name: str) -> None:
        """Press one of the phone's own buttons: start, send, attach, commands, more …"""
        self.at.locator(f"[data-do={name}]").click()

    def picks(self, button: str, item: str) -> None:
        """Open a menu of the phone and choose an item."""
        self.do(button)
        self.page.locator(f"#menu [data-item={item}]").click()

    def speaks(self, locale: str) -> None:
        """Set the language of the phone, which the bot hears of with the next message."""
        self.at.locator("select[name=language]").select_option(locale)
        self.locale = locale

    def types(self, text: str) -> None:
        """Type and send."""
        self.at.locator("textarea[name=text]").fill(text)
        self.do("send")

    def button(self, said: Words) -> Locator:
        """The newest inline button with these words."""
        return self.log.get_by_role("button", name=self.words(said), exact=True).last

    def presses(self, *labels: Words) -> None:
        """Press inline buttons one after the other, each time waiting for the answer."""
        for label in labels:
            button = self.button(label)
            expect(button).to_be_visible()
            self._press(button)

    def _press(self, button: Locator) -> None:
        """Press and wait until something else is shown."""
        log = self.log.element_handle()
        before = log.text_content()
        button.click()
        self.page.wait_for_function("([log, before]) => log.textContent !== before", arg=[log, before])

    def place(self, number: int) -> Locator:
        """A button of the newest message that has any, by its place; what is chosen from a list has no fixed words."""
        return self.messages.filter(has=self.page.locator("[data-button]")).last.locator("[data-button]").nth(number)

    def presses_place(self, *numbers: int) -> None:
        """Press buttons by their places, each time waiting for the answer."""
        for number in numbers:
            self._press(self.place(number))

    def opens_newest_link(self) -> None:
        """Open the link that was handed over last, which the page knows from the other phones."""
        self.picks("more", "link")
        expect(self.page.locator("#ask input[name=answer]")).to_have_value(re.compile(r"\?start=[\w-]{22}$"))
        self.page.locator("#ask [value=ok]").click()

    def sees(self, *said: Words) -> None:
        """Expect words on the newest message."""
        for part in said:
            expect(self.messages.last).to_contain_text(self.words(part))

    def opens_group(self) -> None:
        """Go to the chat of the workers' group."""
        self.at.locator("button[data-open^='-']").click()


class Playground:
    """The page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.errors = page, list[str]()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        page.add_init_script(REMEMBER_PREVIEWS)
        page.goto(address)
        expect(self.phones("worker").first).to_be_attached()

    def phones(self, role: str) -> Locator:
        """All phones of a role."""
        return self.page.locator(f"section[data-phone][data-role='{role}']")

    def phone(self, role: str, number: int = 0, locale: str = "fi") -> Phone:
        """One phone of a role."""
        return Phone(self.page, self.phones(role).nth(number), locale)

    def choose(self, tool: str, item: str) -> None:
        """Open a menu of the page and choose an item."""
        self.page.locator(tool).click()
        self.page.locator(f"#menu [data-item={item}]").click()

    @property
    def previews(self) -> set[str]:
        """Every text that stood on a locked phone of a parent, without the mark of a cut."""
        return {str(text).removesuffix("…") for text in self.page.evaluate("previews") if text}

    @property
    def now(self) -> datetime:
        """What the page's clock shows."""
        shown = self.page.locator("#now").get_attribute("datetime")
        assert shown
        return datetime.fromisoformat(shown)

    def reset(self) -> None:
        """Put everything back to the start."""
        self.page.locator("#reset").click()
        self.page.locator("dialog#ask [value=ok]").click()
        expect(self.page.locator("section[data-role=parent] [data-message]")).to_have_count(0)
        expect(self.phones("worker").first.locator("[data-message]").first).to_be_attached()

    def wait_until(self, hour: int, *, latest_weekday: int = 4) -> None:
        """Push the clock to the next time it is so late on a working day in Helsinki (0 is Monday)."""
        self.push(next_time(self.now, hour, latest_weekday) - self.now + A_LITTLE)

    def push(self, by: timedelta) -> None:
        """Push the clock with the field for hours."""
        before = self.now
        field = self.page.locator("#hours input[name=hours]")
        field.fill(f"{max(by.total_seconds() / 3600, 0.1):.4f}")
        field.press("Enter")
        self._pushed(before + by - timedelta(minutes=1))

    def push_button(self, minutes: int) -> None:
        """Push the clock with one of the buttons."""
        before = self.now
        self.page.locator(f"[data-minutes='{minutes}']").click()
        self._pushed(before + timedelta(minutes=minutes))

    def _pushed(self, to: datetime) -> None:
        """Wait until the page shows at least this time."""
        self.page.wait_for_function(
            "earliest => Date.parse(document.querySelector('#now').dateTime) >= earliest", arg=to.timestamp() * 1000
        )


def next_time(now: datetime, hour: int, latest_weekday: int = 4) -> datetime:
    """When it is so late for the next time on a working day in Helsinki."""
    local = now.astimezone(HELSINKI)
    days = (local.date() + timedelta(days=n) for n in range(8))
    moments = (datetime.combine(day, time(hour), HELSINKI) for day in days if day.weekday() <= latest_weekday)
    return next(moment for moment in moments if moment > local).astimezone(UTC)


def told_reference(parent: Phone) -> str:
    """The reference that a parent reads after sending."""
    told = re.escape(parent.words(N_("Your reference is {reference}.", reference="REFERENCE")))
    found = re.search(told.replace("REFERENCE", "([A-Z0-9]{4})"), parent.messages.last.inner_text())
    assert found
    return found.group(1)
