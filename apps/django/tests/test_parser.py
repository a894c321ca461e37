from __future__ import annotations

import socket
import unittest

from gunicorn.config import Config
from gunicorn.http.errors import InvalidChunkSize, LimitRequestHeaders, NoMoreData
from gunicorn.http.message import Request

from server.parser import MOST_BODY_BYTES, MOST_HEAD_BYTES, Incoming

HEAD = b"POST /path HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
IN_CHUNKS = CHUNKED + b"5;a=b\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-After: 1\r\n\r\n"
OF_LENGTH = HEAD + b"Content-Length: 11\r\n\r\nhello world"


class IncomingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.client, server = socket.socketpair()
        self.addCleanup(self.client.close)
        self.addCleanup(server.close)
        server.setblocking(False)
        self.needs_body = True
        self.incoming = Incoming(Config(), server, ("127.0.0.1", 1), lambda _: self.needs_body)

    def send(self, data: bytes) -> Request | None:
        self.client.sendall(data)
        return next(self.incoming)

    def test_a_request_is_given_when_it_is_whole_wherever_it_is_cut(self) -> None:
        for whole in (OF_LENGTH, IN_CHUNKS):
            for place in range(1, len(whole)):
                self.assertIsNone(self.send(whole[:place]), whole[:place])
                request = self.send(whole[place:])
                assert request is not None and request.body is not None
                self.assertEqual(request.body.read(), b"hello world")
                self.assertIn(("CONTENT-LENGTH", "11"), request.headers)
                self.assertFalse(self.incoming.is_ahead)

    def test_requests_in_one_piece_are_given_one_by_one(self) -> None:
        paths = []
        request = self.send(OF_LENGTH + IN_CHUNKS.replace(b"/path", b"/other") + OF_LENGTH)
        while request is not None:
            paths.append(request.path)
            request = next(self.incoming)
        self.assertEqual(paths, ["/path", "/other", "/path"])

    def test_no_more_is_taken_while_a_whole_request_has_arrived(self) -> None:
        one = b"GET /next HTTP/1.1\r\n\r\n"
        request = self.send(one * 1000)
        self.client.sendall(one * 1000)
        before = len(self.incoming._arrived)
        for _ in range(99):
            request = next(self.incoming)
            self.assertIsNotNone(request)
        self.assertEqual(len(self.incoming._arrived), before - 99 * len(one))

    def test_what_does_not_need_its_body_is_given_before_it_and_the_body_is_skipped(self) -> None:
        self.needs_body = False
        for whole in (OF_LENGTH, IN_CHUNKS):
            self.assertIsNotNone(self.send(whole[:-8]))
            self.assertIsNotNone(self.incoming.body)
            following = self.send(whole[-8:] + b"GET /next HTTP/1.1\r\n\r\n")
            assert following is not None
            self.assertEqual(following.path, "/next")

    def test_a_body_that_is_too_large_is_not_awaited_nor_kept(self) -> None:
        for head in (
            HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_BODY_BYTES + 1),
            CHUNKED + b"%x\r\n" % (MOST_BODY_BYTES + 1),
        ):
            with self.subTest(head):
                self.setUp()
                request = self.send(head + b"x")
                assert request is not None and request.body is not None
                self.assertIn(("CONTENT-LENGTH", str(MOST_BODY_BYTES + 1)), request.headers)
                with self.assertRaises(OSError):
                    request.body.read()

    def test_a_head_has_a_limit_finished_or_not(self) -> None:
        for end in (b"", b"\r\n\r\n"):
            with self.subTest(end), self.assertRaises(LimitRequestHeaders):
                self.setUp()
                self.send(b"GET / HTTP/1.1\r\nX: " + b"a" * MOST_HEAD_BYTES + end)

    def test_a_size_that_others_cannot_count_is_no_size(self) -> None:
        with self.assertRaises(InvalidChunkSize):
            self.send(CHUNKED + b"1" + b"0" * 16 + b"\r\n")

    def test_a_client_that_ends_in_the_middle_ends_the_requests(self) -> None:
        self.send(OF_LENGTH[:-1])
        self.client.shutdown(socket.SHUT_WR)
        with self.assertRaises(NoMoreData):
            next(self.incoming)
