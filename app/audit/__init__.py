"""The history of a case, event by event, with the result of a live replay."""
