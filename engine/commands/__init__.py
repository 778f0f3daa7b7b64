"""One file per command: whatever changes a case is a command with an actor and an instant."""
