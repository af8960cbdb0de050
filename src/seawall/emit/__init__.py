"""What was designed, written as people deploy it: Bicep, ARM, Terraform, az, YAML.

`tree` is what is to be written, in Azure's own resource types and property names; each
writer turns the whole of it into text and knows nothing of why it stands there.
"""
