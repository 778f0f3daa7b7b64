"""What people read of each business: of what it refuses, and of what is recorded in its cases beside their steps."""
