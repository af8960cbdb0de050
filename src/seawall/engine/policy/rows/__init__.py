"""Sets as bits of integers, and the rows that are made of them."""
