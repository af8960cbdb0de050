"""The functions of Terraform, by family; `calls` finds the one that is meant.

Source: Terraform docs, Functions.
"""
