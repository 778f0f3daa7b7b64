"""What Prometheus reads: requests and how long they took, open streams, jobs that wait. No label names a person or a case."""

import os
from collections.abc import Iterator
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection

from engine.persistence import jobs

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where several serving processes count together; the library reads this variable when it is imported."""
disable_created_metrics()
REQUESTS = Counter("banjie_requests", "Requests answered", ["endpoint", "method", "status"], registry=None)
SECONDS = Histogram("banjie_request_seconds", "Seconds until a request was answered", ["endpoint"], registry=None)
STREAMS = Gauge("banjie_live_streams", "Open event streams", registry=None, multiprocess_mode="livesum")
NO_ENDPOINT, NO_METHOD = "none", "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Whatever else is sent as a method counts as one, since labels are never forgotten."""


def count_requests(app: Flask) -> None:
    """Count and time the requests of an application."""

    @app.before_request
    def begin() -> None:
        g.began = perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        endpoint = request.endpoint or NO_ENDPOINT
        method = request.method if request.method in METHODS else NO_METHOD
        REQUESTS.labels(endpoint, method, response.status_code).inc()
        if "began" in g:
            SECONDS.labels(endpoint).observe(perf_counter() - g.began)
        return response


def exposition(connection: Connection) -> bytes:
    """Return everything in the format of Prometheus."""
    registry = CollectorRegistry()
    if SHARED_FOLDER in os.environ:
        MultiProcessCollector(registry)
    else:
        for one in (REQUESTS, SECONDS, STREAMS):
            registry.register(one)
    registry.register(_Jobs(jobs.count_by_state(connection)))
    return generate_latest(registry)


class _Jobs(Collector):
    def __init__(self, counts: dict[str, int]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many jobs there are of each state."""
        family = GaugeMetricFamily("banjie_jobs", "Jobs that wait", labels=["state"])
        for state, number in self._counts.items():
            family.add_metric([state], number)
        yield family
