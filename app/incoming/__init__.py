"""收文登记簿, and corrections of what it says."""
