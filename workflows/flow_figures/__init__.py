"""流程热力: how long the steps of a flow take and how often cases come back to them, never who was how fast (ADR 29)."""
