"""Identities, role assignments and what records what happens."""

from collections.abc import Iterable

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Line
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import Kind, attr, blocks, implied
from seawall.emit.tree import RoleDefinition


def _role(part: Part, _names: Names) -> Iterable[Line]:
    found = part.take("properties.roleDefinitionId")
    role = None if isinstance(found, Absent) else bare(found)
    if not isinstance(role, RoleDefinition):
        raise Unsaid(f"{part.where} names no built-in role")
    yield Attribute("role_definition_name", role.title)


ACCESS = {
    "Microsoft.ManagedIdentity/userAssignedIdentities": Kind(
        "azurerm_user_assigned_identity",
        "identity.tf",
        reads={
            "properties.principalId": "principal_id",
            "properties.clientId": "client_id",
            "properties.tenantId": "tenant_id",
        },
    ),
    "Microsoft.Authorization/roleAssignments": Kind(
        "azurerm_role_assignment",
        "identity.tf",
        (
            _role,
            attr("properties.principalId", "principal_id"),
            attr("properties.principalType", "principal_type"),
            attr("properties.description", "description"),
        ),
        group=False,
        located=False,
        named=False,
        parent="scope",
    ),
    "Microsoft.OperationalInsights/workspaces": Kind(
        "azurerm_log_analytics_workspace",
        "logs.tf",
        (
            attr("properties.sku.name", "sku"),
            attr("properties.retentionInDays", "retention_in_days"),
        ),
    ),
    "Microsoft.Insights/diagnosticSettings": Kind(
        "azurerm_monitor_diagnostic_setting",
        "logs.tf",
        (
            attr("properties.workspaceId", "log_analytics_workspace_id"),
            attr(
                "properties.logAnalyticsDestinationType",
                "log_analytics_destination_type",
            ),
            blocks(
                "properties.logs",
                "enabled_log",
                attr("category", "category"),
                attr("categoryGroup", "category_group"),
                implied("enabled", True),  # noqa: FBT003
            ),
            blocks(
                "properties.metrics",
                "enabled_metric",
                attr("category", "category"),
                implied("enabled", True),  # noqa: FBT003
            ),
        ),
        group=False,
        located=False,
        parent="target_resource_id",
    ),
}
