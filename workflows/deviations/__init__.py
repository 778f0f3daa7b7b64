"""What in the cases of a period departs from the usual way and is worth an auditor's look; each finding names its events."""
