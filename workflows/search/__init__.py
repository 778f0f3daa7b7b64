"""Finds cases by what stands in them: an index that follows history, and the condition it gives to lists."""
