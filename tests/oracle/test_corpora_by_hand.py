"""Real configurations, read by a person before Seawall was asked about them.

Each question stands with what a person expects who knows the files and the platform,
and why; an answer is right if its verdict is, and if it names what decides, where.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from seawall.app.cli.main import run

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the corpora are not here"),
]


class Question(NamedTuple):
    """One question about one folder.

    Attributes:
        asked: From and to, as on the command line, where paths and options follow.
        verdict: The word that the answer must begin with.
        names: What the answer must name: hops, deciding rules, their places.
    """

    asked: str
    verdict: str
    names: tuple[str, ...] = ()


# A hub with a firewall, peered with the network of the cluster; only the subnets of the
# two pools have the route table. Pods have addresses of the nodes' subnet, no policy.
DEVOPS = "terraform/private-aks-devops/terraform"
FIREWALL = f"{DEVOPS}/modules/firewall/main.tf"
HUB_AND_SPOKE = [
    # 0.0.0.0/0 leads to the firewall, whose rule `Internet` allows TCP to *; the
    # rules before it are about UDP, or tags that allow too.
    Question(
        "node:system internet:443",
        "ALLOWED",
        (
            "DefaultRouteTable/kubenetfw_fw_r leads to a virtual appliance 10.1.0.4",
            "AksVNetToHubVNet carries it",
            "NetworkRules/Internet allows it",
            f"{FIREWALL}:220",
        ),
    ),
    # `Time` allows UDP 123 to *, before anything else is asked.
    Question("node:user internet:udp/123", "ALLOWED", ("NetworkRules/Time", FIREWALL)),
    # Of UDP 443 only the addresses of three tags pass; the input does not hold them.
    Question(
        "node:system internet:udp/443",
        "UNKNOWN",
        ("NetworkRules/ServiceTags", "--service-tags gives them", f"{FIREWALL}:208"),
    ),
    # No firewall translates pings to public addresses, whatever its rules say.
    Question(
        "node:system internet:icmp",
        "DENIED",
        ("BaboFirewall", "TCP and UDP only"),
    ),
    # The subnet of the jump box has no route table: it leaves past the firewall, by
    # default outbound access, which this version of the provider leaves on.
    Question(
        "subnet:AksVNet/VmSubnet internet:443",
        "ALLOWED",
        ("system route: default leads to the internet", "default outbound access"),
    ),
    Question(
        "subnet:AksVNet/VmSubnet internet:icmp", "DENIED", ("carries TCP and UDP only",)
    ),
    # The zone is linked to both networks and the endpoint stands in VmSubnet.
    Question(
        "node:system baboacr.azurecr.io:443",
        "ALLOWED",
        ("by the private path", "zone `privatelink.azurecr.io` has a record"),
    ),
    # The vault refuses nobody, and comes by its endpoint all the same.
    Question(
        "node:user baboakskeyvault.vault.azure.net:443",
        "ALLOWED",
        ("by the private path", "private endpoint: BaboAksKeyVaultPrivateEndpoint"),
    ),
    # Peering, and AKS's own group lets networks in; the reply takes the route of the
    # peering, which is longer than the default route to the firewall.
    Question(
        "subnet:HubVNet/AzureBastionSubnet node:user:22",
        "ALLOWED",
        (
            "HubVNetToAksVNet carries it",
            "aks-agentpool-nsg/AllowVnetInBound",
            "peering AksVNetToHubVNet leads the reply",
        ),
    ),
    Question("node:system node:user:10250", "ALLOWED", ("AllowVnetInBound",)),
    # Nodes have no public addresses, and no Service has a front end.
    Question("internet node:system:30000", "DENIED", ("public addresses",)),
    Question(
        "subnet:AksVNet/VmSubnet api-server:443",
        "ALLOWED",
        ("private endpoint: kube-apiserver",),
    ),
    # AKS's own zone is linked to the network of the nodes alone.
    Question(
        "subnet:HubVNet/AzureBastionSubnet api-server:443",
        "DENIED",
        ("no private DNS zone that answers",),
    ),
]

# One network, an empty group on each subnet, a public cluster with a load balancer.
ENTERPRISE = "terraform/azure-quickstart-aks/301-aks-enterprise"
NET = "demo-tfquickstart-vnet/demo-tfquickstart"
EMPTY_GROUPS = [
    # The default rule of both groups; then the outbound rule of AKS's load balancer.
    Question(
        "node:default internet:443",
        "ALLOWED",
        (
            "demo-tfquickstart-aks-nsg/AllowInternetOutBound",
            f"{ENTERPRISE}/networking.tf:32",
            "the cluster's load balancer lends a public address",
        ),
    ),
    # A load balancer translates TCP and UDP only.
    Question(
        "node:default internet:icmp", "DENIED", ("load balancer carries TCP and UDP",)
    ),
    # What the gateway is to hand on to: default rules within one network.
    Question(
        f"subnet:{NET}-gateway-subnet 10.2.0.10:80",
        "ALLOWED",
        (
            "demo-tfquickstart-gateway-nsg/AllowVnetOutBound",
            "demo-tfquickstart-ingress-nsg/AllowVnetInBound",
        ),
    ),
    # The API server has no authorized ranges.
    Question(
        f"subnet:{NET}-ingress-subnet api-server:443",
        "ALLOWED",
        ("by the public path", "demo-tfquickstart-aks admits every source"),
    ),
    # The platform answers whatever groups say, but for rules about its tag.
    Question("node:default imds:80", "ALLOWED", ("the host answers",)),
]

# The network asks Azure's DNS by address, as if by a server of its own.
PRIVATE = "terraform/azure-quickstart-aks/301-aks-private-cluster"
STATED_DNS = [
    Question(
        "node:agentpool1 api-server:443",
        "ALLOWED",
        (
            "asks 168.63.129.16: UDP 53 gets there",
            "private endpoint: kube-apiserver",
            f"{PRIVATE}/aks.tf:21",
        ),
    ),
    Question("internet api-server:443", "DENIED", ("is linked",)),
    # Nothing in the folder says what else is connected to the network.
    Question("onprem api-server:443", "UNKNOWN", ("no VPN or ExpressRoute gateway",)),
    Question(
        "node:agentpool1 mcr.microsoft.com:443",
        "ALLOWED",
        ("`mcr.microsoft.com` resolves publicly",),
    ),
]

# What `az aks create` printed: the network is AKS's own, with a NAT gateway.
NAT = "az-json/azure-cli-recordings/managed-nat-gateway.response-201.json"
NAT_GATEWAY = [
    Question(
        "node:nodepool1 internet:443",
        "ALLOWED",
        ("NAT gateway aks-nat lends a public",),
    ),
    Question(
        "node:nodepool1 internet:icmp",
        "DENIED",
        ("NAT gateway aks-nat carries TCP and UDP only",),
    ),
    Question("internet node:nodepool1:22", "DENIED", ("public addresses",)),
]

# A private cluster beside a machine and Bastion, all in one network; the name of the
# network comes with the deployment.
ARM = "arm/private-aks-cluster/two-node-pools"
BASTION = [
    Question(
        "subnet:AzureBastionSubnet node:user:22", "ALLOWED", ("AllowSshRdpOutBound",)
    ),
    # It may send to 443 of Azure only, to 22 and 3389 of the network, and little more.
    Question(
        "subnet:AzureBastionSubnet node:user:8443", "DENIED", ("DenyAllOutBound",)
    ),
    Question(
        "subnet:AzureBastionSubnet subnet:VmSubnet:3389",
        "ALLOWED",
        ("AllowSshRdpOutBound", "VmSubnetNsg/AllowVnetInBound"),
    ),
    # The machine has no public address, so nobody outside needs to be kept out.
    Question("internet subnet:VmSubnet:22", "DENIED", ("public addresses only",)),
    Question(
        "subnet:VmSubnet node:user:10250",
        "ALLOWED",
        ("VmSubnetNsg/AllowVnetOutBound", "aks-agentpool-nsg/AllowVnetInBound"),
    ),
    Question(
        "node:user internet:443", "ALLOWED", ("load balancer lends a public address",)
    ),
    Question(
        "node:user internet:icmp", "DENIED", ("load balancer carries TCP and UDP only",)
    ),
    # The network is made without saying so, by an API that left it open at the time.
    Question(
        "subnet:VmSubnet internet:443", "UNKNOWN", ("default outbound access applies",)
    ),
]

# A hub and a spoke in templates of their own: the spoke names the hub by an id, and
# nothing says to which group the hub's template is deployed.
TEAM = "bicep/mspnp-aks-baseline/network-team"
TWO_TEMPLATES = (
    f"{TEAM}/hub-regionA.bicep {TEAM}/spoke-BU0001A0008.bicep "
    f"{TEAM}/virtualNetworkPeering.bicep --set location=westeurope --set "
    "hubVnetResourceId=/subscriptions/00000000-0000-0000-0000-000000000001/"
    "resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/"
    "vnet-westeurope-hub"
)
SPOKE = [
    # A private subnet without route table, NAT gateway or public address.
    Question(
        "subnet:snet-applicationgateway internet:443",
        "DENIED",
        ("default outbound access does not let it out",),
    ),
    # The address of the firewall is that of a resource which is not made yet.
    Question(
        "subnet:snet-clusternodes internet:443",
        "UNKNOWN",
        ("r-nexthop-to-fw leads to a virtual appliance", "address of the appliance"),
    ),
    Question(
        "subnet:snet-clusternodes subnet:snet-privatelinkendpoints:443",
        "ALLOWED",
        ("AllowAll443InFromVnet",),
    ),
    Question(
        "subnet:snet-clusternodes subnet:snet-privatelinkendpoints:80",
        "DENIED",
        ("privatelinkendpoints/DenyAllInbound",),
    ),
    Question(
        "subnet:snet-privatelinkendpoints subnet:snet-clusternodes:443",
        "DENIED",
        ("privatelinkendpoints/DenyAllOutbound",),
    ),
    # The hub may be the network that the peering names, or another of that name.
    Question(
        "subnet:snet-clusternodes subnet:AzureBastionSubnet:443",
        "UNKNOWN",
        ("may be with `vnet-westeurope-hub`",),
    ),
    Question(
        "subnet:AzureBastionSubnet subnet:snet-clusternodes:22",
        "UNKNOWN",
        ("AllowSshToVnetOutbound", "peering"),
    ),
    Question(
        "internet subnet:snet-applicationgateway:443",
        "DENIED",
        ("public addresses only",),
    ),
]

# A public cluster, and an application gateway whose backends its controller writes.
QUICK = "terraform/azure-quickstart-aks"
GATEWAY = f"{QUICK}/201-k8s-cluster-with-aks-applicationgateway-ingress"
BESIDE_A_GATEWAY = [
    Question(
        "node:agentpool internet:443",
        "ALLOWED",
        ("load balancer lends a public address",),
    ),
    Question("subnet:appgwsubnet node:agentpool:80", "ALLOWED", ("AllowVnetInBound",)),
    # What stands behind the gateway comes from Ingress objects, which are not here.
    Question("internet node:agentpool:80", "UNKNOWN", ("no backend in the input",)),
    Question("internet api-server:443", "ALLOWED", ("admits every source",)),
    Question("node:agentpool imds:80", "ALLOWED", ("the host answers",)),
    Question(
        "subnet:appgwsubnet internet:443",
        "ALLOWED",
        ("default outbound access lends a public address",),
    ),
]

RECORDED = "az-json/azure-cli-recordings"
RANGES = f"{RECORDED}/authorized-ip-ranges.response-201.json"
AUTHORIZED = [
    Question("1.2.3.4 api-server:443", "ALLOWED", ("admits 1.2.3.4 only",)),
    Question("198.51.100.7 api-server:443", "DENIED", ("admits 1.2.3.4 only",)),
    Question("internet api-server:443", "ALLOWED", ("allowed  TCP 443 from 1.2.3.4",)),
    # The addresses that the cluster's own load balancer lends are let in.
    Question("node:nodepool1 api-server:443", "ALLOWED", ("by the public path",)),
    Question("node:nodepool1 internet:443", "ALLOWED", ("lends a public address",)),
    Question("internet node:nodepool1:30000", "DENIED", ("public addresses only",)),
]

PUBLIC_NAME = f"{RECORDED}/private-cluster-public-fqdn.response-201.json"
FQDN = "cliakstest-clitestarhqathbb-8ecadf-076102c2.hcp.westus2.azmk8s.io"
WITH_PUBLIC_NAME = [
    # Everybody is told the private address, and only the network leads there.
    Question(f"internet {FQDN}:443", "DENIED", ("resolves publicly to the private",)),
    Question("internet api-server:443", "DENIED", ("is linked",)),
    Question("node:nodepool1 api-server:443", "ALLOWED", ("by the private path",)),
    Question("onprem api-server:443", "UNKNOWN", ("no VPN or ExpressRoute gateway",)),
    Question("node:nodepool1 internet:icmp", "DENIED", ("TCP and UDP only",)),
    Question("internet node:nodepool1:22", "DENIED", ("public addresses only",)),
]

QUESTIONS = [
    (folder, question)
    for folder, questions in (
        (DEVOPS, HUB_AND_SPOKE),
        (ENTERPRISE, EMPTY_GROUPS),
        (PRIVATE, STATED_DNS),
        (NAT, NAT_GATEWAY),
        (ARM, BASTION),
        (TWO_TEMPLATES, SPOKE),
        (GATEWAY, BESIDE_A_GATEWAY),
        (RANGES, AUTHORIZED),
        (PUBLIC_NAME, WITH_PUBLIC_NAME),
    )
    for question in questions
]


@pytest.mark.parametrize(
    ("folder", "question"),
    QUESTIONS,
    ids=[f"{Path(folder).name}:{question.asked}" for folder, question in QUESTIONS],
)
def test_an_answer_is_what_a_person_expects_who_read_the_files(
    folder: str,
    question: Question,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(CORPORA)
    monkeypatch.setenv("COLUMNS", "400")
    run(["trace", *question.asked.split(), *folder.split()])
    shown = capsys.readouterr().out
    assert shown.split(maxsplit=1)[0] == question.verdict, shown
    for text in question.names:
        assert text in shown


def test_a_delegated_subnet_is_known_to_be_delegated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The subnet of the API server is delegated as AKS wants it, in a nested block."""
    monkeypatch.chdir(CORPORA / "terraform" / "azure-quickstart-aks")
    run(["check", "101-aks-automatic-private-custom-network"])
    assert "AKSV127" not in capsys.readouterr().out
