"""A flow that is being drawn, tried before anybody approves it: walked through by hand, and on what past cases were given."""
