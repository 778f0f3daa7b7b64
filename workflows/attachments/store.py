"""Where the bytes of attachments lie: a folder of files named by their SHA-256."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20
START_BYTES = 512


@dataclass(frozen=True)
class Received:
    """Bytes that arrived and are not part of the store yet; ``start`` is the first of them."""

    sha256: str
    size: int
    start: bytes
    temporary: Path
    target: Path

    def keep(self) -> None:
        """Make the bytes part of the store, under the name of their content."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.temporary.replace(self.target)


@dataclass(frozen=True)
class AttachmentStore:
    """A folder of files named by content. A file is written once and never changed; it is removed only where it was cleared."""

    root: Path

    @contextmanager
    def receive(self, stream: BinaryIO, limit_bytes: int) -> Iterator[Received]:
        """Take in a stream; what is not kept when the block ends is gone.

        Args:
            stream: Read to its end, or until it exceeds the limit.
            limit_bytes: The most that is taken in.

        Yields:
            What arrived; a size above the limit says that the rest was not read.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        digest, size, start = hashlib.sha256(), 0, b""
        descriptor, name = tempfile.mkstemp(dir=self.root, prefix=".incoming-")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as target:
                while size <= limit_bytes and (chunk := stream.read(CHUNK_BYTES)):
                    if len(start) < START_BYTES:
                        start = (start + chunk)[:START_BYTES]
                    size += len(chunk)
                    digest.update(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            sha256 = digest.hexdigest()
            yield Received(sha256, size, start, temporary, self.path(sha256))
        finally:
            temporary.unlink(missing_ok=True)

    def put(self, stream: BinaryIO, limit_bytes: int) -> str | None:
        """Store a stream and return its SHA-256, or None where it exceeds the limit and nothing was stored."""
        with self.receive(stream, limit_bytes) as received:
            if received.size > limit_bytes:
                return None
            received.keep()
            return received.sha256

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

    def remove(self, sha256: str) -> bool:
        """Remove the file with this content; return whether there was one."""
        path = self.path(sha256)
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def names(self) -> Iterator[str]:
        """Yield the SHA-256 by which each stored file is named."""
        for path in self.root.glob("??/*"):
            yield path.name
