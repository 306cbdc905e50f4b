"""Figures of a server for Prometheus; see https://prometheus.io/docs/practices/naming/."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_EDITS = (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000)  # seconds
_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Meters:
    """The figures, in a registry of their own: two servers in one process do not share them.

    Example:
        >>> meters = Meters()
        >>> meters.queue(3, 1)
        >>> b"styleforge_edits_waiting 3.0" in meters.text()
        True
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._waiting = Gauge("styleforge_edits_waiting", "Edits that wait.", registry=registry)
        self._running = Gauge("styleforge_edits_running", "Edits that run.", registry=registry)
        self._asked = Counter(
            "styleforge_edits_asked", "Edits that were asked for.", ["domain"], registry=registry
        )
        self._ended = Counter(
            "styleforge_edits_ended", "Edits by how they ended.", ["domain", "state"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "styleforge_edit_seconds", "How long edits took.", ["domain"], buckets=_EDITS,
            registry=registry,
        )  # fmt: skip
        self._refused = Counter(
            "styleforge_edits_refused", "Edits that were refused, by the limit.", ["limit"],
            registry=registry,
        )  # fmt: skip
        self._requests = Histogram(
            "styleforge_request_seconds", "Time to the answer's first byte.", ["route", "status"],
            buckets=_REQUESTS, registry=registry,
        )  # fmt: skip

    def queue(self, waiting: int, running: int) -> None:
        """How many edits wait and run."""
        self._waiting.set(waiting)
        self._running.set(running)

    def asked(self, domain: str) -> None:
        """An edit was queued."""
        self._asked.labels(domain).inc()

    def ended(self, domain: str, state: str, seconds: float) -> None:
        """An edit ended."""
        self._ended.labels(domain, state).inc()
        self._seconds.labels(domain).observe(seconds)

    def refused(self, limit: str) -> None:
        """An edit was refused."""
        self._refused.labels(limit).inc()

    def request(self, route: str, status: int, seconds: float) -> None:
        """A request was answered."""
        self._requests.labels(route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self._registry)
