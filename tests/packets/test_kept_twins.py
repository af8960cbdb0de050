"""A twin that is kept: changed by a later command, and by one at a time."""

import fcntl
from functools import partial
from pathlib import Path

import click
import pytest

from seawall.app.cli.rehearsal import keep as keeping
from seawall.app.cli.rehearsal.hold import hold
from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.rehearsal.change import Effect
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.twin.kernel.trouble import TwinError

OPEN = Path(__file__).parents[2] / "examples" / "open"
CLOSING = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
"""


def rehearsal(path: Path) -> Prepared:
    return prepared(Case(load([str(path)]), "calico"), Layers.POLICY, 400)


@pytest.fixture
def closed(tmp_path: Path) -> Prepared:
    text = (OPEN / "shop.yaml").read_text(encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(text + CLOSING, encoding="utf-8")
    return rehearsal(tmp_path)


@pytest.fixture
def opened(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Prepared:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    return rehearsal(OPEN / "shop.yaml")


def test_a_kept_twin_is_changed_and_changed_back(
    opened: Prepared, closed: Prepared
) -> None:
    hold(opened, then=lambda twin: keeping.keep(twin, opened))
    try:
        there = keeping.change_kept(closed)
        back = keeping.change_kept(opened)
    finally:
        assert keeping.on_kept(("down",)) == 0
    assert there.live > 0
    assert {it.effect for it in there.changed} == {Effect.CLOSED, Effect.OUTLIVES}
    # What was open before it all is open still: connections outlive both changes.
    assert {it.effect for it in back.changed} == {Effect.OPENED}
    shut = sum(it.effect is Effect.CLOSED for it in there.changed)
    assert len(back.changed) == shut
    assert not keeping.is_kept()


def test_a_probe_goes_to_a_service_and_tells_which_rules_it_met(
    opened: Prepared, closed: Prepared, capsys: pytest.CaptureFixture[str]
) -> None:
    to = "service:shop/db:5432"
    for held, code in ((opened, 0), (closed, 1)):
        hold(held, then=partial(keeping.keep, prepared=held))
        try:
            capsys.readouterr()
            assert keeping.on_kept(("probe", "shop/cart", to)) == code
            said = capsys.readouterr().out
            with pytest.raises(click.UsageError, match="nobody sends from Service"):
                keeping.on_kept(("shell", "service:shop/db"))
            with pytest.raises(click.UsageError, match="is no port"):
                keeping.on_kept(("probe", "shop/storefront", "shop/cart:99999"))
            with pytest.raises(click.UsageError, match="there are service:shop"):
                keeping.on_kept(("probe", "shop/cart", "service:shop/nobody:80"))
            assert keeping.on_kept(("probe", "shop/cart", "service:shop/db")) == 1
        finally:
            assert keeping.on_kept(("down",)) == 0
        assert ("answered by pod:shop/db" in said) is (code == 0)
        assert ("  met no egress rule of shop/closed matches" in said) is (code == 1)


def test_a_kept_twin_is_changed_by_one_at_a_time(
    opened: Prepared, closed: Prepared
) -> None:
    hold(opened, then=lambda twin: keeping.keep(twin, opened))
    try:
        lock = keeping.place().with_name("twin.lock")
        with lock.open("w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            for change in (lambda: keeping.change_kept(closed), _down):
                with pytest.raises(TwinError, match="another command is changing"):
                    change()
    finally:
        _down()


def _down() -> object:
    return keeping.on_kept(("down",))
