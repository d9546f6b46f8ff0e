"""Options of the test run."""

import pytest

pytest_plugins = ("tests.emulated", "tests.browsing")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        help="Write down what the conversations in tests/transcripts say now.",
    )


@pytest.fixture(scope="session")
def updating(request: pytest.FixtureRequest) -> bool:
    """Whether transcripts are to be rewritten instead of compared."""
    return bool(request.config.getoption("--update-transcripts"))
