"""督查督办: matters that the office sees through to the end, and 任务交办, tasks that a leader gives and accepts.

Clauses and practice are named where a rule comes from them; what is custom of an office is a setting.
"""
