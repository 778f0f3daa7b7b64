"""What people do with work items beside completing them, on any flow; each act is one command of the engine."""
