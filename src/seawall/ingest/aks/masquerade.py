"""What the agent that hides pods is told, by AKS and by the customer together.

Source: Azure/ip-masq-agent-v2, ip-masq-agent.go: lists are united, switches or-ed, and
one that is not valid stops the agent; AKS docs, update-azure-cni.
"""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft
from seawall.model.cluster import Addressing
from seawall.model.diagnostic import Level
from seawall.model.masquerade import Keeper, Masquerade, MasqueradeList, Ranges
from seawall.model.setting import Setting

_MODES = (Addressing.OVERLAY, Addressing.KUBENET)


def settle_masquerade(draft: Draft, lists: tuple[MasqueradeList, ...]) -> None:
    """Put the lists that the input holds into the cluster."""
    if not lists:
        return
    own = _united(draft, [each for each in lists if each.keeper is Keeper.AKS])
    added = _united(draft, [each for each in lists if each.keeper is Keeper.CUSTOMER])
    plain = Masquerade()
    read = [each for each in lists if each.keeper is not Keeper.ANOTHER_AGENT]
    hides = plain.hides_link_local
    if own is not None:
        hides = Setting.stated(any(each.hides_link_local for each in read))
    draft.cluster = replace(
        draft.cluster,
        masquerade=Masquerade(
            own=own or plain.own,
            added=added or plain.added,
            hides_link_local=hides,
            others=tuple(
                each.ranges for each in lists if each.keeper is Keeper.ANOTHER_AGENT
            ),
        ),
    )
    if added is not None:
        _tell_overlay(draft, added)


def _united(draft: Draft, lists: list[MasqueradeList]) -> Ranges | None:
    """Return the union of the lists of one ConfigMap; unknown if it is not certain."""
    if not lists:
        return None
    for each in lists:
        if not each.ranges.known:
            return each.ranges
    places = {each.origin for each in lists}
    if len({(each.origin.path, each.origin.document) for each in lists}) > 1 and (
        len({each.ranges.value for each in lists}) > 1
    ):
        why = f"`{lists[0].name}` stands more than once, with other ranges"
        draft.tell(
            Level.ERROR,
            lists[0].origin,
            what=why,
            why="which of them the agent reads is not known",
            mend="give the input of one moment only",
        )
        return Setting.unknown(why, lists[0].origin)
    ranges = tuple(item for each in lists for item in each.ranges.value or ())
    if any(item.version != 4 for item in ranges):  # noqa: PLR2004
        refused = _without_ipv6(draft, lists[0])
        if refused is not None:
            return refused
    return Setting.stated(tuple(dict.fromkeys(ranges)), min(places, key=str))


def _without_ipv6(draft: Draft, found: MasqueradeList) -> Ranges | None:
    both = draft.cluster.dual_stack
    if both.is_surely(value=True):
        return None
    why = f"`{found.name}` lists an IPv6 prefix, and the cluster may have no IPv6"
    draft.tell(
        Level.ERROR,
        found.origin,
        what=why,
        why="the agent stops at an IPv6 prefix where IPv6 is off: whether pods keep "
        "their address is unknown",
        mend="remove the prefix, or describe the cluster as dual-stack",
    )
    return Setting.unknown(why, found.origin)


def _tell_overlay(draft: Draft, added: Ranges) -> None:
    """Tell that overlay pods that keep their address get no answer.

    Source: AKS docs, update-azure-cni: such pods are unreachable from outside.
    """
    mode = draft.cluster.addressing
    if not mode.known or mode.value not in _MODES or not added.value:
        return
    if added.origin is None:
        return
    draft.tell(
        Level.WARNING,
        added.origin,
        what="pods keep their address towards ranges where nobody can answer it",
        why=f"addresses of {mode.value.value} pods are known in the cluster only",
        mend="remove the ranges from the list",
    )
