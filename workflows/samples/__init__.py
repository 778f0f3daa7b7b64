"""Samples of cases that an auditor draws, and the worksheet on which the auditor's own findings stand. No case is touched."""
