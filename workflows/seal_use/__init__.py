"""用印 by itself: a department asks for a seal on something that is no document of this office, such as a contract."""
