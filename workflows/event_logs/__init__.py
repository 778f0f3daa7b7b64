"""Logs of events for tools of process mining: XES (IEEE 1849-2016) and comma-separated values, without any content of a case."""
