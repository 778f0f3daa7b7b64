"""督查督办 on pages: the register, candidates, the monthly bulletin, oral orders, tasks, and requests beside the steps."""
