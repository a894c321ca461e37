"""One page is made at a time, for all who ask together."""

from __future__ import annotations

import http.client
import socket
import threading
import unittest
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from exporter.server import ExporterServer, SharedPage

SECONDS = 10


class SharedPageTest(unittest.TestCase):
    def test_who_asks_during_a_rendering_gets_the_next_one_together(self) -> None:
        begun = threading.Event()
        may_end = threading.Event()
        rendered: list[int] = []

        def render() -> bytes:
            rendered.append(len(rendered) + 1)
            begun.set()
            may_end.wait(SECONDS)
            return b"%d" % len(rendered)

        page = SharedPage(render)
        first = page.ask()
        self.assertTrue(begun.wait(SECONDS))
        later = [page.ask() for _ in range(50)]
        may_end.set()
        self.assertEqual(first.result(SECONDS), b"1")
        self.assertEqual({one.result(SECONDS) for one in later}, {b"2"})

    def test_a_failure_reaches_those_who_waited_for_it_and_no_one_after(self) -> None:
        outcomes = iter([ValueError("no"), None])

        def render() -> bytes:
            if (fault := next(outcomes)) is not None:
                raise fault
            return b"yes"

        page = SharedPage(render)
        with self.assertRaises(ValueError):
            page.ask().result(SECONDS)
        self.assertEqual(page.ask().result(SECONDS), b"yes")


class Gauges(Collector):
    def collect(self) -> Iterable[Metric]:
        yield GaugeMetricFamily("one", "The first.", value=1)
        yield GaugeMetricFamily("two", "The second.", value=2)


class ExporterServerTest(unittest.TestCase):
    def serve(self, render: Callable[[], bytes]) -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        own = CollectorRegistry(auto_describe=True)
        own.register(Gauges())
        server = ExporterServer(listener, SharedPage(render), own)
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        self.addCleanup(server.server_close)
        self.addCleanup(serving.join)
        self.addCleanup(server.shutdown)
        port: int = listener.getsockname()[1]
        return port

    def ask(self, port: int, method: str, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.addCleanup(connection.close)
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read()

    def test_fifty_at_a_time_get_whole_pages(self) -> None:
        port = self.serve(lambda: b"x" * 1_000_000)
        with ThreadPoolExecutor(50) as scrapers:
            answers = scrapers.map(lambda _: self.ask(port, "GET", "/metrics"), range(50))
        self.assertEqual({(status, len(page)) for status, page in answers}, {(200, 1_000_000)})

    def test_some_names_are_given_without_the_page(self) -> None:
        def render() -> bytes:
            raise AssertionError("nobody asked for the page")

        port = self.serve(render)
        status, text = self.ask(port, "GET", "/metrics?name[]=two&name[]=three")
        self.assertEqual(
            (status, text), (200, b"# HELP two The second.\n# TYPE two gauge\ntwo 2.0\n")
        )

    def test_a_rendering_that_fails_is_a_500_without_its_reason(self) -> None:
        def render() -> bytes:
            raise ValueError("secret")

        with self.assertLogs("exporter.server", "ERROR"):
            status, text = self.ask(self.serve(render), "GET", "/metrics")
        self.assertEqual((status, text), (500, b"The metrics page could not be made.\n"))
