"""What a variable may hold, and what is said when it holds something else."""

from __future__ import annotations

import unittest

from headroom.environment import (
    EnvironmentVariableError,
    read_app_environment,
    read_server_environment,
)

REQUIRED = {
    "DATABASE_URL": "postgres://app:s%40crét@db.example:5433/headroom",
    "PORT": "8082",
    "METRICS_PORT": "9182",
    "SESSION_SECRET": "s" * 50,
}


class DefaultsTest(unittest.TestCase):
    def test_the_app_needs_a_database_and_a_secret_alone(self) -> None:
        environment = read_app_environment(
            {name: REQUIRED[name] for name in ("DATABASE_URL", "SESSION_SECRET")}
        )
        self.assertEqual(environment.session_secret, REQUIRED["SESSION_SECRET"])
        self.assertEqual(environment.allowed_hosts, ["127.0.0.1", "localhost"])
        self.assertEqual((environment.pool_size, environment.pool_timeout_seconds), (4, 2.0))
        self.assertEqual(environment.log_level, "INFO")
        self.assertFalse(environment.prepared_statements)
        self.assertFalse(environment.keep_connections)
        self.assertTrue(environment.full_middleware)
        self.assertEqual(environment.planted_work_ms, 0)

    def test_the_server_needs_two_ports_alone(self) -> None:
        environment = read_server_environment(REQUIRED)
        self.assertEqual(
            (environment.host, environment.port, environment.metrics_port),
            ("127.0.0.1", 8082, 9182),
        )
        self.assertEqual((environment.workers, environment.threads), (1, 4))
        self.assertEqual((environment.keep_alive_seconds, environment.shutdown_seconds), (75, 10))
        self.assertEqual(environment.client_timeout_seconds, 10)
        self.assertFalse(environment.cgroup_metrics)
        self.assertFalse(environment.reuse_port)
        self.assertIsNone(environment.gc_threshold)


class DatabaseTest(unittest.TestCase):
    def test_a_url_is_taken_apart_and_unescaped(self) -> None:
        self.assertEqual(
            read_app_environment(REQUIRED).database,
            {
                "user": "app",
                "password": "s@crét",
                "host": "db.example",
                "port": "5433",
                "dbname": "headroom",
            },
        )

    def test_a_malformed_url_is_not_repeated_because_it_may_hold_a_password(self) -> None:
        for url in (
            "",
            "secret",
            "mysql://app:secret@db/headroom",
            "postgres://app:secret@db",
            "postgres://app:secret@/headroom",
            "postgres://app:secret@db:port/headroom",
            "postgres://app:secret@db/headroom?nonsense=1",
            "host=db password=secret dbname=headroom",
        ):
            with self.subTest(url), self.assertRaises(EnvironmentVariableError) as caught:
                read_app_environment({**REQUIRED, "DATABASE_URL": url})
            self.assertIn("DATABASE_URL", str(caught.exception))
            self.assertNotIn("secret", str(caught.exception))


class ConnectionsTest(unittest.TestCase):
    def test_are_kept_where_asked_and_where_each_thread_may_have_one(self) -> None:
        for threads, pool_size, kept in (("4", "4", True), ("3", "4", True), ("4", "3", False)):
            with self.subTest(f"{threads} threads, {pool_size} connections"):
                environment = read_app_environment(
                    {
                        **REQUIRED,
                        "KEEP_CONNECTIONS": "1",
                        "THREADS": threads,
                        "POOL_SIZE": pool_size,
                    }
                )
                self.assertEqual(environment.keep_connections, kept)


class SecretTest(unittest.TestCase):
    def test_one_that_is_too_short_is_named_and_not_repeated(self) -> None:
        with self.assertRaises(EnvironmentVariableError) as caught:
            read_app_environment({**REQUIRED, "SESSION_SECRET": "k" * 49})
        self.assertTrue(str(caught.exception).startswith("SESSION_SECRET is too short"))
        self.assertNotIn("kkk", str(caught.exception))


class MalformedTest(unittest.TestCase):
    def test_each_variable_is_named_when_it_is_malformed(self) -> None:
        for name, value, reason in (
            ("PORT", "", "empty"),
            ("PORT", "0", "no port"),
            ("PORT", "65536", "no port"),
            ("METRICS_PORT", "http", "a word"),
            ("WORKERS", "0", "nobody would answer"),
            ("WORKERS", "-1", "a sign"),
            ("WORKERS", "2.5", "a fraction"),
            ("WORKERS", "\u0662", "a digit that int() reads"),
            ("WORKERS", "2\n", "a line end that $ matches before"),
            ("THREADS", "many", "a word"),
            ("KEEP_ALIVE_SECONDS", "1_0", "an underscore that int() reads"),
            ("SHUTDOWN_SECONDS", "1e2", "an exponent"),
            ("CGROUP_METRICS", "yes", "neither 0 nor 1"),
            ("HOST", "", "empty: every address, unasked"),
            ("HOST", "two words", "no name"),
            ("POOL_SIZE", "0", "no connection"),
            ("POOL_TIMEOUT_SECONDS", "0", "no time"),
            ("POOL_TIMEOUT_SECONDS", "nan", "no number, though float() reads it"),
            ("PLANTED_WORK_MS", "101", "more than would still be a regression"),
            ("LOG_LEVEL", "INFO", "in capitals"),
            ("LOG_LEVEL", "trace", "no level"),
            ("KEEP_CONNECTIONS", "all", "neither 0 nor 1"),
            ("ALLOWED_HOSTS", "", "empty"),
            ("ALLOWED_HOSTS", "a.example,,b.example", "nothing between two commas"),
        ):
            with (
                self.subTest(f"{name}={value!r} is {reason}"),
                self.assertRaises(EnvironmentVariableError) as caught,
            ):
                read_server_environment({**REQUIRED, name: value})
                read_app_environment({**REQUIRED, name: value})
            self.assertTrue(str(caught.exception).startswith(name))

    def test_each_required_variable_is_named_when_it_is_missing(self) -> None:
        for name in REQUIRED:
            rest = {key: value for key, value in REQUIRED.items() if key != name}
            with self.subTest(name), self.assertRaises(EnvironmentVariableError) as caught:
                read_server_environment(rest)
                read_app_environment(rest)
            self.assertTrue(str(caught.exception).startswith(f"{name} is missing"))
