"""The moments of a case: where it stood after every event of its history, and what was known then."""
