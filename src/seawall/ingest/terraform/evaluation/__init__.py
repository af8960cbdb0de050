"""Evaluates expressions of Terraform; what only a deployment knows stays unknown."""
