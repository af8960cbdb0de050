"""The controls of public frameworks that rules of the audit bear on.

A rule names a control only where a public mapping does so for the same subject: Azure
Policy's own initiatives, which group built-in definitions under controls; the benchmark
of CIS itself; or the page of Microsoft's benchmark that gives the numbers of NIST. What
such a mapping does not say is not said here, and a rule without controls names none.
To meet a control takes more than that a rule finds nothing.

Source: Azure Policy built-in initiatives "Microsoft cloud security benchmark" 57.56.0,
"NIST SP 800-53 Rev. 5" 14.19.0 and "PCI DSS v4.0.1" 1.6.0, definitions "Authorized IP
ranges should be defined on Kubernetes Services", "All network ports should be
restricted on network security groups associated to your virtual machine", "All Internet
traffic should be routed via your deployed Azure Firewall", "Azure Key Vaults should use
private link", "Azure Key Vault should have firewall enabled or public network access
disabled", "Kubernetes cluster pods should only use approved host network and port
list"; Microsoft cloud security benchmark v1, Network security, NS-1, NS-2, NS-3, NS-10;
CIS Azure Kubernetes Service (AKS) Benchmark 1.8, sections 4 and 5, by the checks of
kube-bench; NIST SP 800-53 Rev. 5; PCI DSS v4.0.1, requirement 1; read 2026-11-29.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Framework:
    """A public set of controls.

    Attributes:
        key: The word by which rules name it.
        name: Its name.
        version: The edition whose numbers are used.
    """

    key: str
    name: str
    version: str

    @property
    def title(self) -> str:
        """Its name and edition."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a framework.

    Attributes:
        framework: Whose it is.
        id: Its number there.
        title: What it is about, in short.
    """

    framework: Framework
    id: str
    title: str

    def __str__(self) -> str:
        return f"{self.framework.name} {self.id}"


CIS = Framework("CIS", "CIS AKS Benchmark", "1.8")
MCSB = Framework("MCSB", "Microsoft cloud security benchmark", "v1")
NIST = Framework("NIST", "NIST SP 800-53", "Rev. 5")
PCI = Framework("PCI", "PCI DSS", "v4.0.1")
FRAMEWORKS = (CIS, MCSB, NIST, PCI)

_TITLES = {
    "CIS 4.2.4": "admission of containers that share the host network",
    "CIS 4.4.2": "network policies in every namespace",
    "CIS 5.4.1": "restricted access to the control plane endpoint",
    "CIS 5.4.2": "private endpoint, without public access",
    "CIS 5.4.3": "private nodes",
    "CIS 5.4.4": "network policy enabled and set as appropriate",
    "MCSB NS-1": "network segmentation boundaries",
    "MCSB NS-2": "cloud services secured with network controls",
    "MCSB NS-3": "firewall at the edge of the enterprise network",
    "MCSB NS-10": "DNS security",
    "MCSB PV-2": "audit and enforcement of secure configurations",
    "NIST AC-4": "information flow enforcement",
    "NIST CM-6": "configuration settings",
    "NIST SC-7": "boundary protection",
    "NIST SC-7(3)": "boundary protection: access points",
    "PCI 1.3.1": "restricted inbound traffic to the cardholder data environment",
    "PCI 1.3.2": "restricted outbound traffic from the cardholder data environment",
    "PCI 1.4.2": "restricted inbound traffic from untrusted networks",
    "PCI 1.4.4": "stored cardholder data not reached from untrusted networks",
}
_BY_KEY = {framework.key: framework for framework in FRAMEWORKS}


def controls(*names: str) -> tuple[Control, ...]:
    """Return controls by framework and number, such as `CIS 5.4.1`, in their order.

    Raises:
        KeyError: One of them is not in the table above.
    """
    found = []
    for name in names:
        key, _, number = name.partition(" ")
        found.append(Control(_BY_KEY[key], number, _TITLES[name]))
    return tuple(found)


def control_lines(given: Iterable[Control]) -> list[str]:
    """Return controls in words, a line for each framework."""
    by_framework: dict[Framework, list[Control]] = {}
    for each in given:
        by_framework.setdefault(each.framework, []).append(each)
    return [
        f"{framework.title}: " + "; ".join(f"{each.id} {each.title}" for each in held)
        for framework, held in sorted(
            by_framework.items(), key=lambda item: FRAMEWORKS.index(item[0])
        )
    ]


API_SERVER = controls(
    "CIS 5.4.1", "MCSB NS-2", "NIST AC-4", "NIST SC-7", "NIST SC-7(3)"
)
"""Of the definition about authorized ranges."""
OPEN_PORTS = controls(
    "MCSB NS-1",
    "NIST AC-4",
    "NIST SC-7",
    "NIST SC-7(3)",
    "PCI 1.3.1",
    "PCI 1.4.2",
)
"""Of the definition about ports that security groups leave open, for what comes in."""
WAYS_OUT = controls("MCSB NS-3", "NIST AC-4", "NIST SC-7", "NIST SC-7(3)", "PCI 1.3.2")
"""Of the definition about traffic through the firewall, and what PCI DSS says of it."""
PRIVATE_LINK = controls("MCSB NS-2", "NIST AC-4", "NIST SC-7", "NIST SC-7(3)")
"""Of the definitions about private link and public network access."""
SEGMENTS = controls("CIS 5.4.4", "MCSB NS-1", "NIST AC-4", "NIST SC-7")
"""Of network policy, and of what NS-1 is mapped to by its own page."""
