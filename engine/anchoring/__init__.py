"""Anchors: what the whole installation held at an instant, in one signed root that can be kept elsewhere."""
