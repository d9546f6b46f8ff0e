"""Log lines: what happened, never what anybody said, and never the token.

httpx would log URLs (which hold the token) and python-telegram-bot the payloads of errors; both are silenced here.
"""

import logging
import sys
from pathlib import Path

import structlog


def set_up() -> None:
    """One line an event, to standard error."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    for name in ("telegram", "httpx", "httpcore", "aiosqlite", "asyncio", "aiohttp"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def kind(error: BaseException) -> str:
    """The kind of an error and where it arose; never its words, which may be somebody's."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
