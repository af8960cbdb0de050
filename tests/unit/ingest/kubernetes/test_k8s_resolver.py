"""How pods look names up, as it is written in their spec.

Source of each: Kubernetes docs, DNS for Services and Pods; Adding entries to Pod
/etc/hosts.
"""

from ipaddress import ip_address
from pathlib import Path

import pytest

from reading import read
from seawall.ingest.kubernetes.workloads.resolver import read_dns
from seawall.model.pod_dns import PLAIN, DnsPolicy, PodDns


def test_what_says_nothing_asks_the_cluster_first() -> None:
    for spec in ({}, {"dnsPolicy": "ClusterFirst"}, {"dnsConfig": None}):
        assert read_dns(spec) is PLAIN


def test_everything_that_a_spec_may_say_is_read() -> None:
    found = read_dns(
        {
            "dnsPolicy": "None",
            "dnsConfig": {
                "nameservers": ["10.0.0.9", "fd00::9"],
                "searches": ["Corp.Example."],
                "options": [{"name": "edns0"}, {"name": "ndots", "value": "2"}],
            },
            "hostAliases": [{"ip": "10.0.0.7", "hostnames": ["Db", "db.corp"]}],
        }
    )
    assert found == PodDns(
        DnsPolicy.NONE,
        (ip_address("10.0.0.9"), ip_address("fd00::9")),
        ("corp.example",),
        2,
        (("db", ip_address("10.0.0.7")), ("db.corp", ip_address("10.0.0.7"))),
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({"dnsPolicy": "clusterfirst"}, "`dnsPolicy: clusterfirst`"),
        ({"dnsPolicy": 7}, "`dnsPolicy: 7`"),
        ({"dnsPolicy": "None"}, "without a nameserver"),
        ({"dnsConfig": "x"}, "`dnsConfig` cannot be read"),
        ({"dnsConfig": {"nameservers": "x"}}, "`dnsConfig.nameservers`"),
        ({"dnsConfig": {"nameservers": ["{{ .Values.dns }}"]}}, "no address"),
        ({"dnsConfig": {"searches": [""]}}, "`dnsConfig.searches`"),
        ({"dnsConfig": {"options": [{"name": "ndots", "value": "many"}]}}, "ndots"),
        ({"dnsConfig": {"options": [{"name": "ndots"}]}}, "ndots"),
        ({"hostAliases": [{"hostnames": ["db"]}]}, "`hostAliases`"),
        ({"hostAliases": [[]]}, "`hostAliases`"),
        ({"hostAliases": [{"ip": "10.0.0.1", "hostnames": [{}]}]}, "`hostAliases`"),
    ],
)
def test_what_cannot_be_read_is_told_and_never_guessed(
    spec: dict[object, object], says: str
) -> None:
    assert says in read_dns(spec).unread


def test_pods_of_one_owner_that_look_names_up_otherwise_are_told_apart(
    tmp_path: Path,
) -> None:
    pod = """
    apiVersion: v1
    kind: Pod
    metadata:
      name: {0}
      namespace: shop
      labels: {{app: web}}
      ownerReferences: [{{kind: ReplicaSet, name: web, controller: true}}]
    spec:
      dnsPolicy: {1}
      containers: [{{name: c, image: i}}]
    """
    found = read(
        tmp_path,
        "\n    ---\n".join(
            pod.format(name, policy).strip("\n").rstrip()
            for name, policy in (("a", "ClusterFirst"), ("b", "Default"))
        ),
    )
    assert [each.dns.policy for each in found.objects.workloads] == [
        DnsPolicy.CLUSTER_FIRST,
        DnsPolicy.DEFAULT,
    ]
