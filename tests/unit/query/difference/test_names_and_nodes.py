"""Names of policies and of private zones, and packets of nodes, in a comparison."""

from pathlib import Path

from reading import read
from seawall.query.difference.flows import Flows, compared
from seawall.query.difference.side import Draft, two_sides
from seawall.query.enforcement import enforcement

CLUSTER = """
type: Microsoft.ContainerService/managedClusters
name: shop
location: westeurope
properties:
  kubernetesVersion: "1.33"
  networkProfile:
    networkPlugin: azure
    networkPluginMode: overlay
    networkDataplane: cilium
    networkPolicy: cilium
    podCidr: 10.244.0.0/16
    advancedNetworking: {enabled: true, security: {enabled: true}}
  agentPoolProfiles:
    - {name: system, vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes}
---
type: Microsoft.Network/virtualNetworks
name: net
properties:
  addressSpace: {addressPrefixes: [10.0.0.0/16]}
  subnets:
    - {name: desk, properties: {addressPrefix: 10.0.9.0/24}}
    - name: nodes
      properties:
        addressPrefix: 10.0.0.0/24
        networkSecurityGroup:
          id: microsoft.network/networksecuritygroups/own
---
type: Microsoft.Network/networkSecurityGroups
name: own
properties:
  securityRules:
    - name: ssh
      properties:
        {priority: 100, direction: Inbound, access: Deny, protocol: Tcp,
         sourceAddressPrefix: "10.0.9.0/24", sourcePortRange: "*",
         destinationAddressPrefix: "*", destinationPortRange: "22"}
    - name: mail
      properties:
        {priority: 110, direction: Outbound, access: Deny, protocol: Tcp,
         sourceAddressPrefix: "*", sourcePortRange: "*",
         destinationAddressPrefix: Internet, destinationPortRange: "25"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: dns, image: dns}]}
---
"""
POLICY = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {}
  egress:
    - toEndpoints:
        - matchLabels:
            {"k8s:io.kubernetes.pod.namespace": kube-system, k8s-app: kube-dns}
      toPorts:
        - ports: [{port: "53", protocol: ANY}]
          rules: {dns: [{matchPattern: "*"}]}
    - toFQDNs: [{matchName: api.example.com}]
      toPorts: [{ports: [{port: "443", protocol: TCP}]}]
---
"""
ZONE = """
type: Microsoft.Network/privateDnsZones
name: corp.internal
---
type: Microsoft.Network/privateDnsZones/A
name: corp.internal/db
properties: {ttl: 60, aRecords: [{ipv4Address: 10.0.0.77}]}
---
type: Microsoft.Network/privateDnsZones/virtualNetworkLinks
name: corp.internal/net
properties:
  virtualNetwork: {id: microsoft.network/virtualnetworks/net}
  registrationEnabled: false
---
"""


def told(folder: Path, before: str, after: str) -> list[tuple[str, str, str]]:
    """Return kind, source and destination of each change."""
    flows = flows_of(folder, before, after)
    return [
        (change.kind, flows.end_text(source), flows.end_text(target))
        for change in flows.changes
        for source in change.sources
        for target in change.destinations
    ]


def flows_of(folder: Path, before: str, after: str) -> Flows:
    drafts = []
    for name, text in (("before", before), ("after", after)):
        (folder / name).mkdir()
        snapshot = read(folder / name, text)
        drafts.append(Draft(name, snapshot, *enforcement(snapshot, None)))
    return compared(*two_sides(*drafts), layers="all", words=("before", "after"))


def test_a_name_that_a_policy_admits_in_place_of_another_is_told(
    tmp_path: Path,
) -> None:
    """An address of one name may be one of another's too, so nothing is denied."""
    other = POLICY.replace("api.example.com", "evil.example.net")
    found = told(tmp_path, CLUSTER + POLICY, CLUSTER + other)
    web = "shop/web[Deployment]"
    assert found == [
        ("unknown", web, "api.example.com"),
        ("settled", web, "evil.example.net"),
    ]


def test_a_pattern_is_asked_about_by_a_name_that_it_means(tmp_path: Path) -> None:
    wide = POLICY.replace("matchName: api.", 'matchPattern: "*.').replace(
        "com}]", 'com"}]'
    )
    (change,) = told(tmp_path, CLUSTER + POLICY, CLUSTER + wide)
    assert change == ("settled", "shop/web[Deployment]", "*.example.com")


def test_a_record_that_leads_elsewhere_turns_packets_to_the_public_path(
    tmp_path: Path,
) -> None:
    public = ZONE.replace("10.0.0.77", "8.8.8.8")
    found = told(tmp_path, CLUSTER + ZONE, CLUSTER + public)
    assert ("rerouted", "shop/web[Deployment]", "db.corp.internal") in found
    assert ("rerouted", "nodes of system", "db.corp.internal") in found


def test_a_zone_that_is_linked_no_longer_is_told_by_its_names(tmp_path: Path) -> None:
    unlinked, _ = ZONE.split("type: Microsoft.Network/privateDnsZones/virtual")
    found = told(tmp_path, CLUSTER + ZONE, CLUSTER + unlinked.rstrip("-\n"))
    assert {target for *_, target in found} == {"db.corp.internal"}


def test_what_a_security_group_lets_nodes_do_is_told_of_nodes(tmp_path: Path) -> None:
    """Overlay pods take the way of their node, and nobody outside can address them."""
    wider = CLUSTER.replace("access: Deny", "access: Allow")
    found = told(tmp_path, CLUSTER, wider)
    assert ("opened", "nodes of system", "the internet") in found
    assert ("opened", "subnet net/desk", "nodes of system") in found


def test_pods_of_a_pool_of_another_name_leave_by_no_new_way(tmp_path: Path) -> None:
    """Through what they leave is compared; whether anything passes is told of pods."""
    for number, text in enumerate((CLUSTER, CLUSTER.replace('"25"', '"*"'))):
        (tmp_path / str(number)).mkdir()
        other = text.replace("name: system", "name: other")
        found = told(tmp_path / str(number), text, other)
        assert ("opened", "nodes of other", "the internet") in found
        assert not [item for item in found if "by the network alone" in item[1]]


def test_a_way_that_changes_is_told_where_other_packets_change_too(
    tmp_path: Path,
) -> None:
    public = ZONE.replace("10.0.0.77", "8.8.8.8")
    flows = flows_of(tmp_path, CLUSTER + ZONE, CLUSTER + public)
    (moved,) = [
        change
        for change in flows.changes
        if change.kind == "rerouted"
        and "nodes of system" in map(flows.end_text, change.sources)
    ]
    assert moved.turn.services == (("TCP", "0-24,26-65535"), ("UDP", "0-65535"))


def test_a_rule_that_cuts_nodes_off_from_each_other_is_told_of_both_ends(
    tmp_path: Path,
) -> None:
    before = CLUSTER
    rule = """    - name: apart
      properties:
        {priority: 120, direction: Inbound, access: Deny, protocol: Tcp,
         sourceAddressPrefix: "10.0.0.0/24", sourcePortRange: "*",
         destinationAddressPrefix: "*", destinationPortRange: "10250"}
"""
    after = before.replace("    - name: mail\n", f"{rule}    - name: mail\n")
    flows = flows_of(tmp_path, before, after)
    (found,) = [each for each in flows.changes if each.area == "nodes"]
    assert found.kind == "closed"
    assert found.turn.services == (("TCP", "10250"),)
    assert [str(it) for it in found.sources] == ["nodes of system"]
    assert found.sources == found.destinations
    (tmp_path / "back").mkdir()
    back = flows_of(tmp_path / "back", after, before)
    assert [it.kind for it in back.changes if it.area == "nodes"] == ["opened"]


def test_nodes_of_a_pool_that_is_new_are_absent_before(tmp_path: Path) -> None:
    pool = (
        "    - {name: more, vnetSubnetID: "
        "microsoft.network/virtualnetworks/net/subnets/desk}\n---\n"
    )
    after = CLUSTER.replace("---\n", pool, 1)
    found = [
        it for it in flows_of(tmp_path, CLUSTER, after).changes if it.area == "nodes"
    ]
    assert found
    assert {it.turn.before for it in found} == {None}


def test_pools_that_a_new_one_joins_are_not_told_of_each_other(tmp_path: Path) -> None:
    pool = (
        "    - {name: more, vnetSubnetID: "
        "microsoft.network/virtualnetworks/net/subnets/desk}\n---\n"
    )
    after = CLUSTER.replace("---\n", pool, 1)
    told = {
        (str(source), str(target))
        for change in flows_of(tmp_path, CLUSTER, after).changes
        if change.area == "nodes"
        for source in change.sources
        for target in change.destinations
    }
    old, new = "nodes of system", "nodes of more"
    assert told == {(old, new), (new, old), (new, new)}


def test_kubelets_of_pools_that_stay_are_not_told_where_another_joins(
    tmp_path: Path,
) -> None:
    pool = (
        "    - {name: more, vnetSubnetID: "
        "microsoft.network/virtualnetworks/net/subnets/nodes}\n---\n"
    )
    after = CLUSTER.replace("---\n", pool, 1)
    flows = flows_of(tmp_path, CLUSTER, after)
    called = [it for it in flows.changes if it.area == "control plane"]
    ends = {str(end) for it in called for end in it.destinations}
    assert ends == {"nodes of more"}
    assert {it.turn.before for it in called} == {None}
