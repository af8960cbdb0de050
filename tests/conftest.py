"""Hypothesis profiles: `dev` at home, `ci` where CI is set, `deep` and `hunt` by hand.

Choose one by name with SEAWALL_PROFILE. `ci` draws the same examples every time, so
that one commit gets one answer; `hunt` draws at random, to find what nobody has met.
A test that needs a smaller or larger share of examples takes a part or a multiple of
the profile's, so that `deep` and `hunt` deepen it too.
"""

import gc
import importlib
import os
import pkgutil
import sys
from pathlib import Path

import pytest
from hypothesis import Phase, settings

import seawall

# Generators lie beside this file, for every folder of tests to import by name.
_HERE = str(Path(__file__).parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    print_blob=True,
)
settings.register_profile("deep", max_examples=10_000, deadline=None)
settings.register_profile(
    "hunt", max_examples=1500, deadline=None, phases=[Phase.generate], print_blob=True
)
_PROFILE = os.environ.get("SEAWALL_PROFILE") or (
    "ci" if os.environ.get("CI") else "dev"
)
settings.load_profile(_PROFILE)
if _PROFILE == "ci":
    # Hypothesis also draws constants of the modules that are loaded. Which are loaded
    # must not rest on the tests that ran before.
    for _module in pkgutil.walk_packages(seawall.__path__, "seawall."):
        if not _module.name.endswith("__main__"):
            importlib.import_module(_module.name)


def pytest_configure(config: pytest.Config) -> None:
    """Take tests in one order in `ci`; elsewhere it is another each time."""
    if _PROFILE == "ci" and config.getoption("randomly_seed", None) == "default":
        config.option.randomly_seed = 1


def pytest_collection_finish() -> None:
    """Look for cycles in what tests make, and less often: modules and tests stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
