"""Everything of a design as texts, but for what tells about it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from seawall.design.handover.answer import Surface
from seawall.design.handover.claim import Claim
from seawall.design.handover.prove import INTENTS
from seawall.design.handover.samples import samples
from seawall.design.handover.standing import FILE as STANDING
from seawall.design.handover.standing import learned, standing
from seawall.design.objects import objects
from seawall.design.options import Choices
from seawall.design.requirements.needs import Requirements
from seawall.emit.arm import arm
from seawall.emit.az import az_script, told
from seawall.emit.bicep import bicep
from seawall.emit.kubernetes import in_comment, in_yaml, kubernetes
from seawall.emit.terraform import terraform
from seawall.emit.tree import Deployment
from seawall.ingest.intents.form import API_VERSION, KIND

_NOT_DEPLOYED = (
    "Read for the proof, and never deployed: `seawall test` needs pods to prove "
    "anything of pods. Once your own workloads are read beside the design, leave this "
    "file out."
)
_INTENTS = (
    "What must hold, each sentence for the needs that it names. Keep this file beside "
    "what you deploy: `seawall test` proves it again after every change."
)


def files_of(
    needs: Requirements,
    choices: Choices,
    deployment: Deployment,
    surfaces: Sequence[Surface],
    claims: Sequence[Claim],
    *,
    verified: bool = False,
) -> dict[str, str]:
    """Return the texts of a design by their paths.

    With *verified*, Terraform calls Azure Verified Modules.
    """
    title = f"Cluster {needs.name}: what stands in it beside workloads."
    out = {INTENTS: _intents(claims)}
    for surface in surfaces:
        writer = WRITERS[surface]
        if verified and surface is Surface.TERRAFORM:
            writer = partial(terraform, verified=True)
        for name, text in writer(deployment).items():
            out[f"{surface.value}/{name}"] = text
    inside = kubernetes(objects(needs, choices, deployment), title)
    out |= {f"kubernetes/{name}": text for name, text in inside.items()}
    stand_ins = kubernetes(samples(needs, choices), _NOT_DEPLOYED)
    out |= {f"proof/{name}": text for name, text in stand_ins.items()}
    for surface in surfaces:
        around = standing(needs, choices, deployment, surface, verified=verified)
        if around:
            out[f"proof/{surface.value}/{STANDING}"] = around
        for name, text in learned(needs, deployment).items():
            out[f"proof/{surface.value}/{name}"] = text
        if surface is Surface.AZ:
            # Scripts have no reader; what their commands stand for has one.
            out[f"proof/{surface.value}/commands.json"] = arm(told(deployment))
    return out


WRITERS: Mapping[Surface, Callable[[Deployment], Mapping[str, str]]] = {
    Surface.BICEP: lambda tree: {"main.bicep": bicep(tree)},
    Surface.ARM: lambda tree: {"main.json": arm(tree)},
    Surface.TERRAFORM: terraform,
    Surface.AZ: lambda tree: {"deploy.sh": az_script(tree)},
}
"""What writes each surface."""


def _intents(claims: Sequence[Claim]) -> str:
    head = in_yaml({"apiVersion": API_VERSION, "kind": KIND})
    text = in_comment(_INTENTS) + head + "\nintents:\n"
    for item in claims:
        comment = in_comment("For: " + ", ".join(item.needs))
        body = in_yaml([item.body])
        text += "".join(f"  {line}\n" for line in (comment + body).splitlines())
    return text
