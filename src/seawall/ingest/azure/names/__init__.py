"""Private DNS zones, and resolvers with their rulesets."""
