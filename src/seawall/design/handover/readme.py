"""The page that tells about a design: what was asked and chosen, and what to do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from seawall.design.choose.answer import Decided, Reason
from seawall.design.handover.answer import Proof, Surface
from seawall.design.handover.claims_of_access import admits_itself
from seawall.design.handover.steps import (
    after,
    before,
    by_modules,
    deploying,
    inside,
    narrowing,
    proving,
    way_back,
)
from seawall.design.layout.demand import door
from seawall.design.options import Choices, Firewall, Ingress, PolicyEngine, PolicyLevel
from seawall.design.requirements.needs import Requirements
from seawall.design.told import TITLES

NAME = "README.md"
_GUARDED_BY_NAMESPACES = (PolicyEngine.AZURE, PolicyEngine.CALICO)


@dataclass(frozen=True, slots=True)
class Told:
    """What the page is written from.

    Attributes:
        needs: What was needed.
        decided: What was chosen.
        surfaces: How it was written.
        proof: What it proves.
        resource_group: The name that is proposed.
        as_of: The day of it.
        with_standing: The surfaces beside which something stands already.
        plain: Where Terraform calls Azure Verified Modules: the types in ARM that stay
            resources of the provider.
    """

    needs: Requirements
    decided: Decided
    surfaces: Sequence[Surface]
    proof: Proof
    resource_group: str
    as_of: date
    with_standing: frozenset[Surface] = frozenset()
    plain: tuple[str, ...] | None = None


def readme(told: Told) -> str:
    """Return the page as Markdown."""
    parts = (
        _head(told),
        _files(told),
        _asked(told),
        _chosen(told.decided),
        _deployed(told),
        _proved(told.proof),
        _not_proved(told),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _head(told: Told) -> Iterator[str]:
    needs = told.needs
    yield f"# Cluster `{needs.name}` in {needs.region}"
    yield ""
    yield (
        f"Designed on {told.as_of} from requirements, written, read back and proved: "
        f"{len(told.proof.judged)} intents hold over all packets. Change the "
        "requirements and design again rather than this folder; what you edit here is "
        "never written over without `--force`."
    )
    yield ""


def _files(told: Told) -> Iterator[str]:
    yield "| What | Where |"
    yield "|---|---|"
    for surface in told.surfaces:
        yield f"| What is deployed to Azure, as {surface.title} | `{surface.value}/` |"
    yield "| What is applied to the cluster | `kubernetes/` |"
    yield "| What must hold, for `seawall test` | `intents.yaml` |"
    yield "| Stand-ins for the proof, never deployed | `proof/` |"
    if len(told.surfaces) > 1:
        yield ""
        yield "All surfaces say the same; deploy one of them."
    yield ""


def _asked(told: Told) -> Iterator[str]:
    """Yield each need with what speaks for it: intents, or what was read back."""
    yield "## What was asked"
    yield ""
    yield "| Need | Held by |"
    yield "|---|---|"
    rows: dict[str, list[str]] = {}
    for claim in told.proof.claims:
        for path in claim.needs:
            rows.setdefault(path, []).append(_name(claim.body))
    for item in told.proof.settings:
        for path in item.needs:
            how = "read back" if item.is_read else "told, not proved"
            rows.setdefault(path, []).append(f"{how}: {item.says}")
    for path in sorted(rows):
        if told.needs.states(path):
            yield f"| `{path}` | {'; '.join(dict.fromkeys(rows[path]))} |"
    yield ""


def _name(body: Mapping[str, object]) -> str:
    return str(body.get("name", ""))


def _chosen(decided: Decided) -> Iterator[str]:
    yield "## What was chosen, and why"
    yield ""
    yield "| Decision | Choice | Why | Later |"
    yield "|---|---|---|---|"
    for reason in decided.reasons:
        yield _row(reason)
    yield ""


def _row(reason: Reason) -> str:
    why = reason.why
    if reason.because:
        why += " (" + ", ".join(f"`{path}`" for path in reason.because) + ")"
    later = "; ".join(
        f"{item.change.value}"
        + (f" on {item.day}" if item.day else "")
        + f": {item.says}"
        for item in reason.later
    )
    return f"| {TITLES[reason.decision]} | `{reason.option.value}` | {why} | {later} |"


def _deployed(told: Told) -> Iterator[str]:
    group, cluster = told.resource_group, f"aks-{told.needs.name}"
    yield "## The order of commands"
    yield ""
    yield from before(told.needs, told.decided.choices)
    for surface in told.surfaces:
        yield f"### With {surface.title}"
        yield ""
        yield from proving(surface, with_standing=surface in told.with_standing)
        if surface is Surface.TERRAFORM and told.plain is not None:
            yield from by_modules(told.plain)
        yield from deploying(surface, group, told.needs.region)
    yield from after(group, cluster)
    yield from narrowing(group, told.needs, told.decided.choices)
    yield from inside(group, cluster, told.needs, told.decided.choices)
    yield from way_back(group, told.surfaces)


def _proved(proof: Proof) -> Iterator[str]:
    yield "## What is proved"
    yield ""
    for item in proof.judged:
        yield f"- {item.intent.name}"
    yield ""
    if proof.compared:
        yield f"Equal in all surfaces: {'; '.join(proof.compared)}."
        yield ""
    yield (
        f"{proof.packets} packets were also decided one by one, by the definition of "
        "what the network does, with the same verdicts."
    )
    yield ""
    if proof.assumptions:
        yield "Taken for granted, since no file says it:"
        yield ""
        for assumed in proof.assumptions:
            yield f"- {assumed.text} ({assumed.source})"
        yield ""


def _not_proved(told: Told) -> Iterator[str]:
    choices: Choices = told.decided.choices
    yield "## What is not proved"
    yield ""
    yield (
        "- Your workloads: stand-ins were proved, one for each segment. Read your own "
        "manifests beside this folder, without `proof/`."
    )
    yield (
        "- Who may do what: identities, roles and secrets are no packets. Whoever may "
        "edit policies or label namespaces may open them."
    )
    if choices.engine in _GUARDED_BY_NAMESPACES:
        yield (
            "- A guard that no policy opens again: with the engine "
            f"`{choices.engine.value}` AKS supports NetworkPolicies alone, and these "
            "cannot deny. Whoever adds one to a namespace may open what is closed, the "
            "metadata of machines too. Calico's own kinds could deny, and AKS neither "
            "tests nor supports them."
        )
    for note in told.proof.notes:
        yield f"- {note.what}: {note.why}."
    if admits_itself(choices):
        yield (
            "- The cluster's own address among the ranges of its API server: Azure "
            "gives it when it is deployed, and the files put it there."
        )
    yield (
        "- DNS as a way out: pods that ask the cluster's DNS may put data into the "
        "names that they ask for."
    )
    if any(door(it, choices) is Ingress.PUBLIC for it in told.needs.entries):
        yield (
            "- Pods that reach the internet, at the public address of a way in: Azure "
            "gives it, so that it cannot be denied to them beforehand."
        )
    if choices.level is not PolicyLevel.NONE:
        yield (
            "- Names behind one address: Cilium tells names apart by the addresses "
            "that DNS answered, so that other names at such an address are reached too."
        )
    if choices.level is PolicyLevel.L7:
        yield (
            "- Requests: no packet shows what it asks for. That policies name the "
            "methods and paths that were asked for, and nothing opens more, is read "
            "back; that the proxy of the node does as they say is Cilium's."
        )
    if choices.firewall is Firewall.EXISTING:
        yield (
            "- The appliance that routes lead to: what it lets pass is not part of the "
            "design. `seawall egress` tells what it must let pass."
        )
    yield ""
