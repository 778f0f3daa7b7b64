"""代理: who stands in for whom, in which flows, from when to when. A secretary is no substitute (see ``organisation``)."""
