"""Answers in the forms of other tools: SARIF, annotations, reports of CI systems."""
