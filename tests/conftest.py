"""Hypothesis profiles: `dev` at home, `ci` where CI is set, `deep` by hand.

Choose one by name with SEAWALL_PROFILE. A test that needs a smaller or larger share of
examples takes a part or a multiple of the profile's, so that `deep` deepens it too.
"""

import os
import sys
from pathlib import Path

from hypothesis import settings

# Generators lie beside this file, for every folder of tests to import by name.
_HERE = str(Path(__file__).parent)
if _HERE not in sys.path:
    sys.path.insert(0, _HERE)

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=150, deadline=None)
settings.register_profile("deep", max_examples=10_000, deadline=None)
settings.load_profile(
    os.environ.get("SEAWALL_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)
