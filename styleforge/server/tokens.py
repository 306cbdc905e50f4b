"""Who calls: a token to the owner of edits. Tokens are compared in constant time, and not kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

ANYBODY = ""  # the owner where no token is asked for
_SCHEME = "bearer"


def owner_of(token: str) -> str:
    """What is written of a token: who reads the disk cannot make the token of it.

    Example:
        >>> len(owner_of("a token of many letters"))
        32
    """
    return hashlib.sha256(b"styleforge owner\0" + token.encode()).hexdigest()[:32]


class Tokens:
    """The tokens of a server.

    Example:
        >>> tokens = Tokens(["the first of two tokens", "the second of two tokens"])
        >>> tokens.owner("Bearer the second of two tokens") == owner_of("the second of two tokens")
        True
        >>> tokens.owner("Bearer another") is None
        True
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        # Digests have one length, so that a comparison says nothing of a token's.
        self._owners = [(_digest(one), owner_of(one)) for one in dict.fromkeys(tokens)]

    def owner(self, header: str) -> str | None:
        """The owner by the header ``Authorization``; None for a stranger."""
        if not self._owners:
            return ANYBODY
        scheme, _, token = header.partition(" ")
        given = _digest(token.strip())
        found = None
        for digest, owner in self._owners:  # all of them, whichever it is
            if hmac.compare_digest(digest, given):
                found = owner
        return found if scheme.lower() == _SCHEME else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
