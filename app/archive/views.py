"""The pages of the archive, all of them: importing their modules registers them."""

from app.archive import handing_over, overview, shelves  # noqa: F401  (each registers its pages)
from app.archive.blueprint import archive

__all__ = ["archive"]
