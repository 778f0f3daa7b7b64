"""流程工作室: where office directors draw flows, see at once what the check says, and hand their changes in."""
