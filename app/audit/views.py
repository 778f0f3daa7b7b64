"""The pages of the auditor's room, all of them: importing their modules registers them."""

from app.audit import anchors, deviations, event_logs, heat, history, log, replay, samples  # noqa: F401  (registers their pages)
from app.audit.blueprint import audit

__all__ = ["audit"]
