"""Contents to be cleared (清除内容): asked for on a page of the case, decided on a page of requests."""
