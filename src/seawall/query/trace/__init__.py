"""`trace`: one question in words, hop by hop, with everything that blocks it."""
