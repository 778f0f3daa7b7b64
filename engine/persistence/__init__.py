"""Rows of the engine.

All instants are aware UTC. ``get_`` raises, ``find_`` returns ``None``, ``list_`` returns a list. Nobody here commits.
"""
