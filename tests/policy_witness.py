"""One question to the policy layer, put to the engine and to the definition at once."""

from ipaddress import ip_address

from policy_cluster import IN, OUT, TCP, Asked
from policy_probes import (
    best_verdict,
    default_families,
    ends_of,
    merged_verdict,
    question_of,
    who_has,
    whole_ends,
)
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.reference.policy import PolicyQuestion, decide

ENGINES = ("npm", "calico", "cilium")


class Witnesses:
    """Two meanings of one cluster that must give the same verdict."""

    def __init__(
        self,
        objects: KubernetesObjects,
        engine: str = "spec",
        dataplane: Dataplane | None = None,
    ) -> None:
        self._objects = objects
        self._plane = dataplane or DATAPLANES[PolicyEngine(engine)]
        self._asked = Asked(objects, engine, dataplane=dataplane)

    def __call__(
        self, source: str, destination: str, number: int = 80, protocol: int = TCP
    ) -> Verdict:
        """Return the verdict of both; an end is `namespace/name` or an address."""
        found = self._asked(source, destination, number, protocol)
        wanted = self.defined(source, destination, number, protocol)
        assert found is wanted, f"engine: {found}, definition: {wanted}"
        return found

    def defined(
        self, source: str, destination: str, number: int = 80, protocol: int = TCP
    ) -> Verdict:
        """Return the verdict of the definition alone."""
        objects, workload = self._objects, self._asked.workload
        if "/" in source and "/" in destination:
            families = default_families(objects, ())
            return merged_verdict(
                best_verdict(
                    decide(
                        objects,
                        self._plane,
                        PolicyQuestion(
                            a[version], b[version], protocol, number, version
                        ),
                    ).verdict
                    for version in (4, 6)
                    if version in a and version in b
                )
                for a in ends_of("from", workload(source), families)
                for b in ends_of("to", workload(destination), families)
                if workload(source).runs and workload(destination).runs
            )
        inward = "/" in destination
        inside = workload(destination if inward else source)
        address = ip_address(source if inward else destination)
        return merged_verdict(
            decide(
                objects,
                self._plane,
                question_of(end, far, IN if inward else OUT, (protocol, number)),
            ).verdict
            for end in whole_ends(inside)
            for far in who_has(address, objects, ())
        )
