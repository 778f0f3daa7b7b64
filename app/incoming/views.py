"""The pages of incoming documents: importing this hangs all of them on the blueprint."""

from app.incoming import correcting as _correcting  # noqa: F401
from app.incoming import register as _register  # noqa: F401
from app.incoming.blueprint import incoming

__all__ = ["incoming"]
