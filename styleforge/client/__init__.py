"""What talks to a styleforge server: `Client`, and what it answers."""

from __future__ import annotations

from styleforge.client.answers import Edit, Portrait, Preview, Progress
from styleforge.client.client import Client
from styleforge.client.errors import ServerError

__all__ = ["Client", "Edit", "Portrait", "Preview", "Progress", "ServerError"]
