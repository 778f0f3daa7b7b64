"""The audit log: every entry of the office ledgers as a row that can be searched, by day, person, act and object."""
