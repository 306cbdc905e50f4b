"""Messages on a stream of bytes: a head in JSON, and a body of bytes, each after its length."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

_LENGTHS = struct.Struct("<4sIQ")
_MARK = b"sf/1"  # of this format: whatever else writes to the stream is told


class Broken(Exception):
    """The other end is gone, or wrote something else.

    Example:
        >>> import io
        >>> read(io.BytesIO(b"Hello, world, hello!"))
        Traceback (most recent call last):
        styleforge.workers.frames.Broken: what came is no message
    """


@dataclass(frozen=True)
class Message:
    """``what`` it is, its other fields, and its body.

    Example:
        >>> Message("event", body=b"...").what
        'event'
    """

    what: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: bytes = b""


def to_bytes(message: Message) -> bytes:
    """A message as `read` takes it.

    Example:
        >>> len(to_bytes(Message("stop")))
        32
    """
    head = json.dumps({"what": message.what, **message.fields}).encode()
    return b"".join((_LENGTHS.pack(_MARK, len(head), len(message.body)), head, message.body))


def read(stream: BinaryIO) -> Message:
    """The next message; waits for it.

    Raises:
        Broken: if the stream ends, or holds something else.

    Example:
        >>> import io
        >>> read(io.BytesIO(to_bytes(Message("run", {"id": 3}, b"recipe"))))
        Message(what='run', fields={'id': 3}, body=b'recipe')
    """
    mark, head, body = _LENGTHS.unpack(_exactly(stream, _LENGTHS.size))
    if mark != _MARK:
        msg = "what came is no message"
        raise Broken(msg)
    fields = json.loads(_exactly(stream, head))
    return Message(fields.pop("what"), fields, _exactly(stream, body))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    parts = []
    while count:
        try:
            part = stream.read(min(count, 1 << 24))
        except (OSError, ValueError) as error:  # closed meanwhile
            raise Broken(str(error)) from error
        if not part:
            msg = "the other end is gone"
            raise Broken(msg)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
