"""Flows with their versions: diagrams, downloads, what is being changed, and the cases that run on each version."""
