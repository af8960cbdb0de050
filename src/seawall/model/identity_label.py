"""Labels that Cilium leaves out of identities, and so out of every selector's sight.

Cilium judges pods by identities, which hold most of their labels, and those of their
namespaces with a prefix. These are its defaults, which AKS keeps: one may leave out
more there, and take back none. What a selector then means is decided in the engine and
in the reference.

Source:
    cilium pkg/labelsfilter filter.go (default list; the same from 1.16 to 1.18, with
    pull requests 28003, 28897 and 31964); docs.cilium.io, operations/performance,
    "Limiting Identity-Relevant Labels"; Azure/azure-container-networking, the
    configurations of Cilium 1.17 and 1.18, which name no `labels`.
"""

OVERLOOKED_STARTS = (
    "io.kubernetes",
    "kubernetes.io",
    "k8s.io",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/controller-uid",
    "pod-template-generation",
    "pod-template-hash",
    "controller-revision-hash",
    "controller-uid",
    "annotation",
    "etcd_node",
)
"""How the keys begin of labels of pods that are left out."""

OVERLOOKED_WITHIN = "beta.kubernetes.io"
"""What keys hold, anywhere, of labels of pods and of namespaces that are left out."""

KEPT_START = "io.kubernetes.pod.namespace"
"""How keys begin that are kept all the same."""
