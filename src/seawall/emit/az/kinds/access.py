"""Identities, what they may do, and rules of registries."""

from collections.abc import Iterable

from seawall.emit.az.command import Word
from seawall.emit.az.flags import flag
from seawall.emit.az.kinds.shape import Kind
from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.tree import RoleDefinition


def _role(part: Part) -> Iterable[Word]:
    found = part.take("properties.roleDefinitionId")
    role = None if isinstance(found, Absent) else bare(found)
    if not isinstance(role, RoleDefinition):
        raise Unsaid(f"{part.where} names no built-in role")
    yield "--role"
    yield role.title


ACCESS = {
    "Microsoft.ManagedIdentity/userAssignedIdentities": Kind("identity create"),
    "Microsoft.Authorization/roleAssignments": Kind(
        "role assignment create",
        (
            _role,
            flag("properties.principalId", "--assignee-object-id"),
            flag("properties.principalType", "--assignee-principal-type"),
        ),
        name="",
        group=False,
        located=False,
        scope="--scope",
    ),
    "Microsoft.ContainerRegistry/registries/cacheRules": Kind(
        "acr cache create",
        (
            flag("properties.sourceRepository", "--source-repo"),
            flag("properties.targetRepository", "--target-repo"),
        ),
        located=False,
        parent="--registry",
        once=True,
    ),
}
