"""What a network does, exactly and for all packets at once."""
