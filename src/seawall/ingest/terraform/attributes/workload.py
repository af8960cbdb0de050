"""Tables: how resources of the kubernetes provider map to Kubernetes objects.

Only what a table names is taken, so that no secret leaves the document.

Source: hashicorp/terraform-provider-kubernetes, docs/resources.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class One:
    """A nested block that stands at most once.

    Attributes:
        key: What Kubernetes calls it.
        tree: What is in it.
    """

    key: str
    tree: "Tree"


@dataclass(frozen=True, slots=True)
class Many:
    """Nested blocks that are a list in Kubernetes."""

    key: str
    tree: "Tree"


Tree = Mapping[str, str | One | Many]
"""From an attribute to what Kubernetes calls it, or to nested blocks."""


@dataclass(frozen=True, slots=True)
class Object:
    """A kind of object.

    Attributes:
        version: Its `apiVersion`.
        kind: Its kind.
        tree: Its attributes.
    """

    version: str
    kind: str
    tree: Tree


_META = One(
    "metadata",
    {
        "name": "name",
        "generate_name": "generateName",
        "namespace": "namespace",
        "labels": "labels",
        "annotations": "annotations",
    },
)
_SELECTOR: Tree = {
    "match_labels": "matchLabels",
    "match_expressions": Many(
        "matchExpressions", {"key": "key", "operator": "operator", "values": "values"}
    ),
}
_PEER: Tree = {
    "pod_selector": One("podSelector", _SELECTOR),
    "namespace_selector": One("namespaceSelector", _SELECTOR),
    "ip_block": One("ipBlock", {"cidr": "cidr", "except": "except"}),
}
_PORTS = Many("ports", {"port": "port", "protocol": "protocol", "end_port": "endPort"})
_POLICY: Tree = {
    "metadata": _META,
    "spec": One(
        "spec",
        {
            "pod_selector": One("podSelector", _SELECTOR),
            "policy_types": "policyTypes",
            "ingress": Many("ingress", {"ports": _PORTS, "from": Many("from", _PEER)}),
            "egress": Many("egress", {"ports": _PORTS, "to": Many("to", _PEER)}),
        },
    ),
}
_SERVICE: Tree = {
    "metadata": _META,
    "spec": One(
        "spec",
        {
            "type": "type",
            "selector": "selector",
            "cluster_ip": "clusterIP",
            "cluster_ips": "clusterIPs",
            "external_ips": "externalIPs",
            "external_name": "externalName",
            "external_traffic_policy": "externalTrafficPolicy",
            "internal_traffic_policy": "internalTrafficPolicy",
            "load_balancer_ip": "loadBalancerIP",
            "load_balancer_source_ranges": "loadBalancerSourceRanges",
            "load_balancer_class": "loadBalancerClass",
            "health_check_node_port": "healthCheckNodePort",
            "allocate_load_balancer_node_ports": "allocateLoadBalancerNodePorts",
            "ip_families": "ipFamilies",
            "ip_family_policy": "ipFamilyPolicy",
            "publish_not_ready_addresses": "publishNotReadyAddresses",
            "port": Many(
                "ports",
                {
                    "name": "name",
                    "port": "port",
                    "target_port": "targetPort",
                    "protocol": "protocol",
                    "node_port": "nodePort",
                    "app_protocol": "appProtocol",
                },
            ),
        },
    ),
}
_CONTAINER: Tree = {
    "name": "name",
    "image": "image",
    "port": Many(
        "ports",
        {
            "name": "name",
            "container_port": "containerPort",
            "host_port": "hostPort",
            "host_ip": "hostIP",
            "protocol": "protocol",
        },
    ),
}
_POD_SPEC = One(
    "spec",
    {
        "host_network": "hostNetwork",
        "dns_policy": "dnsPolicy",
        "service_account_name": "serviceAccountName",
        "node_name": "nodeName",
        "node_selector": "nodeSelector",
        "container": Many("containers", _CONTAINER),
        "init_container": Many("initContainers", _CONTAINER),
    },
)
_TEMPLATE = One("template", {"metadata": _META, "spec": _POD_SPEC})
_REPLICATED: Tree = {
    "metadata": _META,
    "spec": One(
        "spec",
        {
            "replicas": "replicas",
            "selector": One("selector", _SELECTOR),
            "template": _TEMPLATE,
        },
    ),
}
_JOB_SPEC = One("spec", {"template": _TEMPLATE})
_JOB: Tree = {"metadata": _META, "spec": _JOB_SPEC}
_CRON_JOB: Tree = {
    "metadata": _META,
    "spec": One(
        "spec",
        {"job_template": One("jobTemplate", {"metadata": _META, "spec": _JOB_SPEC})},
    ),
}
_BACKEND: Tree = {
    "service": One(
        "service",
        {"name": "name", "port": One("port", {"number": "number", "name": "name"})},
    ),
}
_INGRESS: Tree = {
    "metadata": _META,
    "spec": One(
        "spec",
        {
            "ingress_class_name": "ingressClassName",
            "default_backend": One("defaultBackend", _BACKEND),
            "tls": Many("tls", {"hosts": "hosts", "secret_name": "secretName"}),
            "rule": Many(
                "rules",
                {
                    "host": "host",
                    "http": One(
                        "http",
                        {
                            "path": Many(
                                "paths",
                                {
                                    "path": "path",
                                    "path_type": "pathType",
                                    "backend": One("backend", _BACKEND),
                                },
                            )
                        },
                    ),
                },
            ),
        },
    ),
}
_BARE: Tree = {"metadata": _META}

_OBJECTS = {
    "namespace": Object("v1", "Namespace", _BARE),
    "service_account": Object("v1", "ServiceAccount", _BARE),
    "config_map": Object("v1", "ConfigMap", {"metadata": _META, "data": "data"}),
    "network_policy": Object("networking.k8s.io/v1", "NetworkPolicy", _POLICY),
    "service": Object("v1", "Service", _SERVICE),
    "pod": Object("v1", "Pod", {"metadata": _META, "spec": _POD_SPEC}),
    "deployment": Object("apps/v1", "Deployment", _REPLICATED),
    "stateful_set": Object("apps/v1", "StatefulSet", _REPLICATED),
    "daemonset": Object("apps/v1", "DaemonSet", _REPLICATED),
    "daemon_set": Object("apps/v1", "DaemonSet", _REPLICATED),
    "job": Object("batch/v1", "Job", _JOB),
    "cron_job": Object("batch/v1", "CronJob", _CRON_JOB),
}

KINDS: dict[str, Object] = {
    **{f"kubernetes_{name}": kind for name, kind in _OBJECTS.items()},
    **{f"kubernetes_{name}_v1": kind for name, kind in _OBJECTS.items()},
    "kubernetes_ingress_v1": Object("networking.k8s.io/v1", "Ingress", _INGRESS),
}
"""By type in Terraform."""

MANIFEST = "kubernetes_manifest"
TEXT = "kubectl_manifest"
RELEASE = "helm_release"


def is_object(kind: str) -> bool:
    """Whether a type of resource is read as Kubernetes objects."""
    return kind in KINDS or kind in {MANIFEST, TEXT, RELEASE}
