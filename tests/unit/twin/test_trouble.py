"""What hinders a twin is told with the setting to look at."""

import errno
from collections.abc import Callable

import pytest

from seawall.twin.kernel.trouble import no_namespaces, refused

DENIED = OSError(errno.EPERM, "Operation not permitted")


def files(**settings: str) -> Callable[[str], str | None]:
    by_path = {
        "/proc/sys/" + name.replace("__", "/"): text for name, text in settings.items()
    }
    return by_path.get


@pytest.mark.parametrize(
    ("reads", "word"),
    [
        (
            files(kernel__apparmor_restrict_unprivileged_userns="1"),
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
        (
            files(kernel__unprivileged_userns_clone="0"),
            "kernel.unprivileged_userns_clone=1",
        ),
        (files(user__max_user_namespaces="0"), "user.max_user_namespaces=10000"),
        (files(user__max_net_namespaces="0"), "user.max_net_namespaces=10000"),
        (
            lambda path: "Name:\tx\nSeccomp:\t2" if path.endswith("status") else None,
            "--privileged",
        ),
        (files(), "as root"),
    ],
)
def test_each_setting_that_forbids_namespaces_is_named(
    reads: Callable[[str], str | None], word: str
) -> None:
    told = no_namespaces(DENIED, reads).diagnostic
    assert word in told.mend
    assert told.what.endswith("neither as root nor without")


def test_settings_that_allow_are_not_blamed() -> None:
    reads = files(
        kernel__apparmor_restrict_unprivileged_userns="0",
        kernel__unprivileged_userns_clone="1",
        user__max_user_namespaces="96364",
    )
    assert "EPERM" in no_namespaces(DENIED, reads).diagnostic.why


def test_a_part_that_the_kernel_lacks_is_told_apart_from_a_refusal() -> None:
    lacking = refused("a link", OSError(errno.EOPNOTSUPP, "")).diagnostic
    assert "modprobe" in lacking.mend
    assert "EEXIST" in refused("a link", OSError(errno.EEXIST, "")).diagnostic.why
