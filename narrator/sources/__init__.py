"""Sources: bytes of a file to a Document."""
