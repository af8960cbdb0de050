"""What to do about a blocker that cannot be read is to mend it."""

import pytest

from seawall.model.trace import HeaderView, Hop, Layer, Verdict
from seawall.query.fix.by_hand import settled_by


@pytest.mark.parametrize(
    ("says", "mend"),
    [
        ("`a.yaml` could not be read, and may hold the cluster", "mend what cannot be"),
        ("NetworkPolicy y/n cannot be read: it is broken", "mend what cannot be read"),
        ("the cluster is not known", "give what is missing"),
    ],
)
def test_a_blocker_that_cannot_be_read_is_to_be_mended(says: str, mend: str) -> None:
    view = HeaderView("10.0.0.1", "10.0.0.2", "TCP", "80")
    hop = Hop(Layer.DELIVERY, "a", Verdict.UNKNOWN, says, None, "", view, view)
    assert settled_by(hop).startswith(mend)
