"""Meeting rooms and their bookings, which never overlap; told to the ledger ``office:rooms``."""
