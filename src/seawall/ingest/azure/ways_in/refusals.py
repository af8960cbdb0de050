"""Clients that a web application firewall may refuse by their address.

It decides by content; only custom rules look at where a client comes from.

Source: Azure docs, web-application-firewall custom-waf-rules-overview, read 2026-08.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import boolean, has_unresolved, text
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange, without

WAF_POLICIES = "microsoft.network/applicationgatewaywebapplicationfirewallpolicies"
EVERYONE = (AddressRange.everything(4), AddressRange.everything(6))
_OFF = frozenset({"disabled", "false"})


def may_refuse(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[AddressRange, ...]:
    """Return the clients of a gateway that a custom rule may refuse.

    A policy that is named and not in the input may refuse anyone.
    """
    field = record.body.get("firewallPolicy")
    if field.left_to_service:
        return ()
    wanted = referenced_id(field) or ""
    found = catalogue.find(WAF_POLICIES, wanted)
    if found is None:
        notes.unmodelled(
            field.origin,
            f"the web application firewall policy of `{record.name}` is not in the "
            "input",
            "a custom rule of it may refuse clients by their address",
            "add what `az network application-gateway waf-policy show` prints",
        )
        return EVERYONE
    settings = found.body.get("policySettings")
    off = (text(settings.get("state")) or "").lower() in _OFF
    if off or boolean(settings.get("state")) is False:
        return ()
    if (text(settings.get("mode")) or "").lower() == "detection":
        return ()
    rules = found.body.get("customRules")
    if has_unresolved(rules):
        return EVERYONE
    refused: list[AddressRange] = []
    for rule in rules.items():
        refused += _by_rule(rule)
    return tuple(refused)


def _by_rule(rule: Field) -> tuple[AddressRange, ...]:
    state = rule.get("state", "enabled")
    if (text(state) or "").lower() in _OFF or boolean(state) is False:
        return ()
    if (text(rule.get("action")) or "").lower() not in {"block", "jschallenge", ""}:
        return ()
    for condition in rule.get("matchConditions").items():
        names = {
            (text(item.get("variableName")) or "").lower()
            for item in condition.get("matchVariables").items()
        }
        if names and names <= {"remoteaddr"}:
            return _of_condition(condition)
    return ()


def _of_condition(condition: Field) -> tuple[AddressRange, ...]:
    """Return whom one condition on the client's address holds, or everyone.

    The platform spells `negationConditon` so.
    """
    if (text(condition.get("operator")) or "").lower() != "ipmatch":
        return EVERYONE
    ranges: list[AddressRange] = []
    for item in condition.get("matchValues").items():
        try:
            ranges.append(AddressRange.parse(text(item) or ""))
        except ValueError:
            return EVERYONE
    negated = condition.get("negationConditon", "negationCondition")
    if boolean(negated) is True:
        return without(EVERYONE, tuple(ranges))
    return tuple(ranges)
