"""Error numbers are evidence only where they tell of the network."""

import errno

import pytest

from seawall.twin.plan import Result
from seawall.twin.probing.errors import by_errno


@pytest.mark.parametrize(
    ("number", "result"),
    [
        (errno.ECONNREFUSED, Result.REFUSED),
        (errno.ECONNRESET, Result.REFUSED),
        (errno.EACCES, Result.REFUSED),
        (errno.EPERM, Result.REFUSED),
        (errno.ENETUNREACH, Result.UNREACHABLE),
        (errno.EHOSTUNREACH, Result.UNREACHABLE),
        (errno.ETIMEDOUT, Result.UNPROVED),
        (errno.EMFILE, Result.UNPROVED),
        (errno.ENOBUFS, Result.UNPROVED),
        (errno.EADDRNOTAVAIL, Result.UNPROVED),
        (errno.EADDRINUSE, Result.UNPROVED),
        (errno.EINVAL, Result.UNPROVED),
        (None, Result.UNPROVED),
    ],
)
def test_what_the_machine_lacks_is_no_verdict(
    number: int | None, result: Result
) -> None:
    assert by_errno(number).result is result
