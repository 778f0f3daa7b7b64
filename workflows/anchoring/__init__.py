"""Anchors of an office: what goes into one, and how the office is compared with those that were kept elsewhere."""
