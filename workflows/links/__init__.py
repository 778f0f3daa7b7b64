"""What ties cases to each other: a document to the one that answers it, a decision to the meeting that took it."""
