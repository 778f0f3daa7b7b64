"""Flows with their versions: diagrams, downloads, uploads with the findings of the check."""
