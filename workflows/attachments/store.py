"""Where the bytes of attachments lie: a folder of files named by their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class AttachmentStore:
    """A folder of files named by content. A file is written once and never changed."""

    root: Path

    def put(self, stream: BinaryIO, limit_bytes: int) -> tuple[str, int, bytes]:
        """Store a stream.

        Args:
            stream: Read to its end, or until it exceeds the limit.
            limit_bytes: The most that is stored.

        Returns:
            SHA-256, size in bytes, and the first bytes; a size above the limit says that nothing was stored.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size, start = hashlib.sha256(), 0, b""
        descriptor, temporary = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        try:
            with os.fdopen(descriptor, "wb") as target:
                while chunk := stream.read(CHUNK_BYTES):
                    start = start or chunk[:512]
                    size += len(chunk)
                    if size > limit_bytes:
                        break
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            if 0 < size <= limit_bytes:
                path = self.path(digest.hexdigest())
                path.parent.mkdir(parents=True, exist_ok=True)
                Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
        return digest.hexdigest(), size, start

    def path(self, sha256: str) -> Path:
        """Return where the file with this content lies."""
        return self.root / sha256[:2] / sha256

    def digest_of(self, sha256: str) -> str | None:
        """Return the SHA-256 of what lies under this name now, or None where nothing does."""
        path = self.path(sha256)
        if not path.exists():
            return None
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 by which each stored file is named."""
        for path in self.root.glob("??/*"):
            yield path.name
