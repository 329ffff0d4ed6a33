"""What Prometheus is told: counts and times, never a name of a person or of anything in openBIS."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from ..errors import kinds_of_error

__all__ = ["Metrics"]

_SECONDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60)
#: Whatever else somebody sends as a method must not become a series of its own.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Metrics:
    """One set for one service; nothing global."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._codes = {kind.code for kind in kinds_of_error()} | {"http-error"}
        self.launches = Counter(
            "openbis_nb_launches", "Launches by how far they came.", ["outcome"], registry=registry
        )
        self.saves = Counter("openbis_nb_saves", "Saves by how they ended.", ["outcome"], registry=registry)
        self.failures = Counter(
            "openbis_nb_failures", "Failures by cause: the error's code.", ["code"], registry=registry
        )
        self.requests = Counter(
            "openbis_nb_requests",
            "Requests by route and status.",
            ["method", "route", "status"],
            registry=registry,
        )
        self.openbis = Histogram(
            "openbis_nb_openbis_seconds", "Calls of openBIS.", registry=registry, buckets=_SECONDS
        )
        self.hub = Histogram(
            "openbis_nb_hub_seconds", "Calls of JupyterHub.", registry=registry, buckets=_SECONDS
        )
        self.page_views = Counter(
            "openbis_nb_page_views",
            "Views of published pages, by how they were shown: page, tile, link or embed.",
            ["kind"],
            registry=registry,
        )
        self.published = Gauge(
            "openbis_nb_published_pages", "Published pages that are live.", registry=registry
        )
        self.pending = Gauge("openbis_nb_launches_pending", "Launches that wait.", registry=registry)

    def request(self, method: str, route: str, status: int, code: str) -> None:
        """One request is answered.

        Args:
            method: HTTP method.
            route: The pattern of its path, not the path.
            status: HTTP status.
            code: Of the error that it was answered with; else empty.
        """
        self.requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        if code:
            self.failure(code)

    def failure(self, code: str) -> None:
        """Something failed. What people's own servers say is a stranger's input: our codes only."""
        self.failures.labels(code if code in self._codes else "other").inc()

    def text(self) -> bytes:
        """All of it, in Prometheus' format."""
        return generate_latest(self._registry)
