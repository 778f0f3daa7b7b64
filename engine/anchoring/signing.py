"""The key that signs anchors: made where it is first needed, kept in a file that only its owner reads, never shown.

Source:
    RFC 8032 (Ed25519).
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import AnchorKeyUnreadable

PRIVATE, PUBLIC = "anchor.key", "anchor.pub"
KEY_BYTES = 32


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A private key; it is not shown, and goes nowhere but into its file."""

    _private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """The public key, 32 bytes in hexadecimal."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, content: bytes) -> str:
        """Return the signature of ``content`` in hexadecimal."""
        return self._private.sign(content).hex()


def own_key(folder: Path) -> SigningKey:
    """Return the key of an installation; it is made where there is none.

    The file is written under another name first, so that two processes that begin at once end with one key.

    Args:
        folder: The data folder.

    Raises:
        AnchorKeyUnreadable: There is a file, but no key in it.
    """
    path = folder / PRIVATE
    if not path.exists():
        fresh = folder / f".{PRIVATE}-{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex() + "\n")
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    key = SigningKey(Ed25519PrivateKey.from_private_bytes(_read(path)))
    public = folder / PUBLIC
    if not public.exists():
        public.write_text(key.public + "\n", encoding="ascii")
    return key


def read_public(path: Path) -> str:
    """Return the public key in a file, in hexadecimal.

    Args:
        path: A file of 64 hexadecimal digits.

    Raises:
        AnchorKeyUnreadable: It holds no key.
    """
    return _read(path).hex()


def fingerprint(public: str) -> str:
    """Return by what people recognise a public key: the SHA-256 of its 32 bytes, in hexadecimal."""
    return hashlib.sha256(bytes.fromhex(public)).hexdigest()


def is_signed(public: str, signature: str, content: bytes) -> bool:
    """Tell whether a signature is that of ``content`` by the holder of a public key; all but the content in hexadecimal."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise AnchorKeyUnreadable(path.name) from error
    if len(key) != KEY_BYTES:
        raise AnchorKeyUnreadable(path.name)
    return key
