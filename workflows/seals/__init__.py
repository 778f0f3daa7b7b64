"""用印: the register of every use of a seal, whether it sealed a document or something else."""
