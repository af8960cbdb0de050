"""What is not read, not rendered or misspelt, and which verdicts that touches."""
