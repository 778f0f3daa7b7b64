"""The only speaker of SpiffWorkflow and lxml: reads BPMN files, checks them, and executes one node at a time."""
