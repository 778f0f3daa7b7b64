"""Meetings: what is put before them, who comes, what is decided by whose votes, and what follows from it."""
