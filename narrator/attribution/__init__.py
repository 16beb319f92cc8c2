"""Attribution: who says what; a Document to a Script."""
