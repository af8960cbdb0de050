"""Every rule of validity, by code."""

from seawall.audit.validity import (
    address_rules,
    api_server_rules,
    engine_rules,
    feature_rules,
    network_rules,
    object_rules,
    way_out_rules,
)
from seawall.audit.validity.rule import Validity

RULES: tuple[Validity, ...] = tuple(
    sorted(
        (
            *network_rules.RULES,
            *engine_rules.RULES,
            *address_rules.RULES,
            *api_server_rules.RULES,
            *object_rules.RULES,
            *way_out_rules.RULES,
            *feature_rules.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
