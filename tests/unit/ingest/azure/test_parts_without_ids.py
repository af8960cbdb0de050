"""Parts that are written without an id belong to the parent that their name tells."""

from pathlib import Path

from reading import read, told

TEXT = """
type: Microsoft.Network/firewallPolicies
name: pol
---
type: Microsoft.Network/firewallPolicies/ruleCollectionGroups
name: pol/g
properties:
  priority: 200
  ruleCollections:
    - ruleCollectionType: FirewallPolicyFilterRuleCollection
      name: net
      priority: 200
      action: {type: Allow}
      rules:
        - ruleType: NetworkRule
          name: ntp
          ipProtocols: [UDP]
          sourceAddresses: ["*"]
          destinationAddresses: ["*"]
          destinationPorts: ["123"]
---
type: Microsoft.Network/azureFirewalls
name: fw
properties:
  firewallPolicy: {id: microsoft.network/firewallpolicies/pol}
---
type: Microsoft.Network/privateDnsZones
name: corp.example
---
type: Microsoft.Network/privateDnsZones/A
name: corp.example/db
properties: {aRecords: [{ipv4Address: 10.0.0.9}]}
---
type: Microsoft.Network/privateDnsZones/virtualNetworkLinks
name: corp.example/link
properties: {virtualNetwork: {id: microsoft.network/virtualnetworks/net}}
"""


def test_the_name_of_a_part_tells_its_parent(tmp_path: Path) -> None:
    snapshot = read(tmp_path, TEXT)
    assert not [item for item in told(snapshot) if "group `g`" in item.what]
    (firewall,) = snapshot.fabric.firewalls
    assert [each.name for each in firewall.collections] == ["net"]
    (zone,) = snapshot.fabric.zones
    assert [each.name for each in zone.records] == ["db"]
    assert [link.network for link in zone.links] == [
        "microsoft.network/virtualnetworks/net"
    ]
