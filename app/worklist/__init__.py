"""The inbox, and the page of one work item."""
