"""Publishing: what lies beside the audio of an episode."""
