"""Tests that send real packets: skipped, with the reason, where no twin can be built.

Where CI is set, or SEAWALL_PACKETS is `must`, what is missing is a failure instead.
"""

import os
from functools import cache
from pathlib import Path

import pytest

from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import Plan, RuleText, Space
from seawall.twin.running import raised

HERE = Path(__file__).parent


@cache
def hindrance() -> str:
    """Why no twin can be built here; empty when it can."""
    rules = RuleText("a", "table inet f { chain c { counter; }\n}")
    try:
        with raised(Plan(spaces=(Space("a", forwards=True),), rules=(rules,))):
            return ""
    except TwinError as cause:
        told = cause.diagnostic
        return f"{told.what}: {told.why}; {told.mend}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.packets)


@pytest.fixture(autouse=True, scope="session")
def _a_twin_can_be_built() -> None:
    reason = hindrance()
    if reason and (os.environ.get("CI") or os.environ.get("SEAWALL_PACKETS") == "must"):
        pytest.fail(f"no packets can be sent, and here they must: {reason}")
    if reason:
        pytest.skip(f"no packets can be sent: {reason}")
