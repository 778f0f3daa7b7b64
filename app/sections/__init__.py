"""What the pages of a case and of its work items show of a business beside the form, such as a register or a tally."""
