"""Which documents are templates, and which give them parameters."""


def is_template(value: object) -> bool:
    """Whether a document is a deployment template."""
    if not isinstance(value, dict):
        return False
    schema = value.get("$schema")
    if isinstance(schema, str) and "deploymenttemplate.json" in schema.lower():
        return True
    return "contentVersion" in value and "resources" in value


def is_parameters(value: object) -> bool:
    """Whether a document gives values to the parameters of a template."""
    if not isinstance(value, dict) or not isinstance(value.get("parameters"), dict):
        return False
    schema = value.get("$schema")
    if isinstance(schema, str) and "deploymentparameters.json" in schema.lower():
        return True
    return (
        value.keys() <= {"$schema", "contentVersion", "parameters"}
        and all(
            isinstance(item, dict) and bool(item.keys() & {"value", "reference"})
            for item in value["parameters"].values()
        )
        and "contentVersion" in value
    )


def claims(value: object) -> bool:
    """Whether a document is a template, or gives the parameters of one."""
    return is_template(value) or is_parameters(value)
