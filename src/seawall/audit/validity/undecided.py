"""What the documents forbid and one input alone cannot show, each with the reason."""

UNDECIDED: tuple[tuple[str, str, str], ...] = (
    (
        "AKSV022",
        "the range of pods only grows, on Linux and IPv4",
        "it takes the cluster before and after",
    ),
    (
        "AKSV033",
        "the private DNS zone changes to `none` only",
        "it takes the cluster before and after",
    ),
    (
        "AKSV034",
        "a public cluster becomes private only with VNet integration",
        "it takes the cluster before and after",
    ),
    (
        "AKSV035",
        "VNet integration is not turned off",
        "it takes the cluster before and after",
    ),
    (
        "AKSV047",
        "which outbound types follow each other",
        "it takes the cluster before and after",
    ),
    (
        "AKSV048",
        "a change of the outbound type comes with authorized ranges",
        "it takes the cluster before and after",
    ),
    (
        "AKSV049",
        "a NAT gateway V2 takes addresses of its own SKU",
        "the SKU of public addresses is not read, and the change takes two inputs",
    ),
    (
        "AKSV058",
        "Cilium and Istio do not both judge requests of one workload",
        "which sidecars run is not in the manifests of every mesh",
    ),
    (
        "AKSV062",
        "`endPort` and names of ports under Cilium",
        "it is part of the verdicts: such rules are unknown or without effect there",
    ),
    (
        "AKSV063",
        "what NPM refuses on Windows",
        "it is part of the verdicts: such rules are unknown there",
    ),
    (
        "AKSV064",
        "what an upgrade to overlay needs",
        "it takes the cluster before and after",
    ),
    (
        "AKSV065",
        "addressing and dataplane do not change in one step",
        "it takes the cluster before and after",
    ),
    (
        "AKSV066",
        "the policy engine changes by way of `none`",
        "it takes the cluster before and after",
    ),
)
"""Code, rule and why it is not decided."""

IN_PART: tuple[tuple[str, str], ...] = (
    ("AKSV009", "that 20,000 pods are too many: how many run is not known"),
    ("AKSV013", "a route table that two clusters share"),
    ("AKSV026", "room for the nodes that an upgrade adds"),
    ("AKSV027", "free addresses, and other machines in the subnet"),
    ("AKSV036", "encrypted networks"),
    ("AKSV039", "the vault's own firewall"),
    ("AKSV045", "the SKU and the cache rules of the registry"),
    ("AKSV051", "that count, addresses and prefixes exclude each other"),
    ("AKSV055", "pods on the host network"),
    ("AKSV059", "namespaces under mTLS with policies of their own"),
    ("AKSV061", "the object `ContainerNetworkLog`"),
    ("AKSV067", "extensions of the cluster"),
    ("AKSV069", "peerings, policies and security groups of virtual nodes"),
    ("AKSV070", "the size of the subnet and how many gateways share it"),
    ("AKSV074", "how many processors the machines have"),
)
"""Rules that are decided in part, with what is left out."""
