"""整理归档: a year's cases are put together as 件, sorted, numbered once, examined, and handed over with two signatures.

Told to the ledger ``office:archive``. The steps of a case end with 办结·待归档; this begins there.
"""
