"""Clusters behind a firewall, asked what they must reach."""

from dataclasses import replace
from datetime import date
from typing import Any

from fabrics import (
    application_rule,
    cluster,
    firewall,
    hub_and_spoke,
    known,
    pool,
    snapshot,
)
from seawall.model.cluster import Cluster, OutboundType
from seawall.model.filter import Access
from seawall.model.snapshot import Fabric, KubernetesObjects
from seawall.model.upkeep import Addon, Upkeep
from seawall.query.case import Case
from seawall.query.egress.answer import EgressAnswer, required_egress

TODAY = date(2026, 11, 28)
ALLOW, DENY = Access.ALLOW, Access.DENY
AKS = application_rule("aks", tag="AzureKubernetesService")


def one_cluster(*pools: Any, **changed: Any) -> Cluster:
    on = changed.pop("on", ())
    addons = tuple((each, known(each in on)) for each in Addon)
    mine = Upkeep(addons, known(False), known(None), known(False))
    mine = replace(mine, **changed.pop("upkeep", {}))
    plain = pool("p", "nodes", image=known("azurelinux"), graphics=known(False))
    routed = known(OutboundType.USER_DEFINED_ROUTING)
    settings = {"region": "westeurope", "upkeep": mine, "outbound": routed} | changed
    return cluster(*(pools or (plain,)), **settings)


def behind(*collections: Any, **changed: Any) -> Fabric:
    return hub_and_spoke(firewalls=(firewall(*collections),), **changed)


def ask(
    fabric: Fabric,
    one: Cluster | None = None,
    *,
    objects: KubernetesObjects | None = None,
) -> EgressAnswer:
    one = one or one_cluster()
    held = replace(snapshot(fabric, one), objects=objects or KubernetesObjects())
    return required_egress(Case(held), one, TODAY)
