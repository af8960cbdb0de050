from pathlib import Path

from reading import read

ACCOUNT = """apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop, labels: {team: a}}
"""


def test_accounts_are_read_with_their_labels(tmp_path: Path) -> None:
    plain = ACCOUNT.replace("robot", "default").replace(", labels: {team: a}", "")
    found = read(tmp_path, ACCOUNT + "---\n" + plain, ACCOUNT).objects.accounts
    assert [(item.namespace, item.name, item.labels) for item in found] == [
        ("shop", "default", ()),
        ("shop", "robot", (("team", "a"),)),
    ]


def test_an_account_that_is_not_certain_is_not_declared(tmp_path: Path) -> None:
    for number, other in enumerate(("team: b", "team: [x]")):
        folder = tmp_path / str(number)
        folder.mkdir()
        text = ACCOUNT + "---\n" + ACCOUNT.replace("team: a", other)
        assert read(folder, text, ACCOUNT).objects.accounts == ()
