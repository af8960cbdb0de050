"""What is not read, counted and told in a few lines."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.tally import Tally, plural
from seawall.ingest.kubernetes.workloads.workload import Patch
from seawall.model.diagnostic import Diagnostic, Level


@dataclass(slots=True)
class Rest:
    """Objects that were passed over, by what that means.

    Attributes:
        steering: Kinds that may change what reaches what.
        staged: Policies that only report.
        hiding: Objects that stand for workloads which are not shown.
        kustomizations: Instructions to build objects from others.
        making: Objects that make policies.
        others: Kinds on which no packet depends.
    """

    steering: Tally = field(default_factory=Tally)
    staged: Tally = field(default_factory=Tally)
    hiding: Tally = field(default_factory=Tally)
    kustomizations: Tally = field(default_factory=Tally)
    making: Tally = field(default_factory=Tally)
    others: Tally = field(default_factory=Tally)

    def diagnostics(self, patches: Patch) -> list[Diagnostic]:
        """Return at most one diagnostic for each meaning."""
        out: list[Diagnostic] = []
        if self.steering:
            out.append(_steering(self.steering))
        if self.making:
            out.append(_making(self.making))
        if self.hiding:
            out.append(_hiding(self.hiding))
        if self.kustomizations:
            out.append(_kustomizations(self.kustomizations))
        if self.staged:
            out.append(_staged(self.staged))
        if patches.count:
            out.append(_patches(patches))
        if self.others:
            out.append(_others(self.others))
        return out


def _steering(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.UNMODELLED,
        tally.first,
        f"objects that steer traffic are not modelled: {tally}",
        "what they open or redirect is not in any verdict; what policies among them "
        "may close is unknown, where somebody enforces them",
        "judge the traffic that they name by hand",
    )


def _making(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.UNMODELLED,
        tally.first,
        f"objects that make policies, change or delete them are not followed: {tally}",
        "what these policies would say is not worked out; verdicts of pods that they "
        "may govern are unknown",
        "read the policies of the live cluster (`kubectl get networkpolicies -A -o "
        "yaml`) and leave these objects out",
    )


def _hiding(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.NOTE,
        tally.first,
        f"workloads are not shown behind: {tally}",
        "a selector that selects nothing may select one of theirs",
        "render them and read the result, or read a dump of the live cluster",
    )


def _kustomizations(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.WARNING,
        tally.first,
        plural(tally.total, "kustomization is", "kustomizations are") + " not applied",
        "only a file called `kustomization.yaml` in a folder is; namespaces, prefixes, "
        "labels and patches that it sets are missing",
        "give the folder itself, or the output of `kubectl kustomize`",
    )


def _staged(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.NOTE,
        tally.first,
        f"staged policies have no effect: {tally}",
        "they only report what they would do",
        "replace them by the enforced kind when they are meant to act",
    )


def _patches(patches: Patch) -> Diagnostic:
    return Diagnostic(
        Level.NOTE,
        patches.first,
        plural(
            patches.count,
            "workload object without containers is taken for a patch",
            "workload objects without containers are taken for patches",
        ),
        "a patch changes another object and runs nothing by itself",
        "read the rendered objects instead",
    )


def _others(tally: Tally) -> Diagnostic:
    return Diagnostic(
        Level.NOTE,
        tally.first,
        f"objects passed over: {tally}",
        "no packet depends on these kinds, as far as Seawall knows",
        "nothing, unless one of them changes the network of your cluster",
    )
