"""Network policies as stages of the way, and what they do in words."""
