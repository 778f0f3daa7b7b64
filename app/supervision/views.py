"""Joins the pages of supervision, each of which adds itself to the blueprint."""

from app.supervision import asking, board, bulletin, candidates, oral_orders, tasks
from app.supervision.blueprint import supervision

__all__ = ["asking", "board", "bulletin", "candidates", "oral_orders", "supervision", "tasks"]
