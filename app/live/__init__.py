"""Tells open pages at once what has come into somebody's boxes: server-sent events from one watcher per process (ADR 14)."""
