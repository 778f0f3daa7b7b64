"""The pages of documents, all of them: importing their modules registers them."""

from app.documents import numbers, register, seals, signing, urging, voiding  # noqa: F401  (each registers its pages)
from app.documents.blueprint import documents

__all__ = ["documents"]
