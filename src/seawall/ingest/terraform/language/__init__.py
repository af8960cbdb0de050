"""The language of Terraform, from text to a typed tree; it gives no meaning to it."""
