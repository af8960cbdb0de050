"""Which packets to send, so that every pair of classes and every rule is met."""
