"""Fixtures of the tests in a real browser: the browser, a window, the playground in it, and pictures of it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import ROOT, Playground, launch, playground

LAPTOP, POCKET = (1440, 900), (390, 844)
LARGEST_PICTURE = 270_000
PREVIEW = 60
"""Letters of a notification that a locked phone shows."""

Picture = Callable[[str], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def size() -> tuple[int, int]:
    return LAPTOP


@pytest.fixture
def page(browser: Browser, size: tuple[int, int]) -> Iterator[Page]:
    width, height = size
    pocket = size == POCKET
    context = browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        has_touch=pocket,
        is_mobile=pocket,
        device_scale_factor=2 if pocket else 1,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def stage(page: Page, tmp_path: Path) -> Iterator[Playground]:
    with playground(tmp_path) as address:
        opened = Playground(page, address)
        yield opened
        assert opened.errors == []
        page.goto("about:blank")  # the stream of events ends before its server does


@pytest.fixture
def picture(page: Page, tmp_path: Path) -> Picture:
    folder = ROOT / "docs" / "pictures" if os.environ.get("PICTURES") == "1" else tmp_path

    def take(name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        page.mouse.move(0, 0)  # no button looks as if it was about to be pressed
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        assert path.stat().st_size < LARGEST_PICTURE

    return take
