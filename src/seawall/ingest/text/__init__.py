"""From bytes to values with places: JSON, YAML, templates."""
