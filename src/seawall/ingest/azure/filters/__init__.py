"""Security groups, network managers, service tags, and what effective rules say."""
