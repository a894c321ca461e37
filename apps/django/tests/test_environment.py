"""What a variable may hold, and what is said when it holds something else."""

from __future__ import annotations

import json
import unittest
from pathlib import Path

from headroom.environment import (
    EnvironmentVariableError,
    read_app_environment,
    read_server_environment,
)

# What both apps refuse, in the same words.
REFUSED = json.loads(
    (Path(__file__).parents[3] / "contract" / "refused-settings.json").read_text(encoding="utf-8")
)

REQUIRED = {
    "DATABASE_URL": "postgres://app:s%40crét@db.example:5433/headroom",
    "PORT": "8081",
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
        self.assertFalse(environment.trust_proxy)
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
            ("127.0.0.1", 8081, 9182),
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


class MalformedTest(unittest.TestCase):
    def assert_refused(self, name: str, value: str, sentence: str) -> None:
        with self.assertRaises(EnvironmentVariableError) as caught:
            read_server_environment({**REQUIRED, name: value})
            read_app_environment({**REQUIRED, name: value})
        self.assertEqual(str(caught.exception), sentence)

    def test_what_both_apps_refuse(self) -> None:
        for setting in REFUSED:
            name, value, expected = setting["name"], setting["value"], setting["expected"]
            given = "malformed" if setting.get("secret") else json.dumps(value, ensure_ascii=False)
            with self.subTest(f"{name}={value!r}: {setting['why']}"):
                self.assert_refused(name, value, f"{name} is {given}: give {expected}.")

    def test_what_only_this_app_reads(self) -> None:
        for name, value, expected in (
            ("THREADS", "many", "a whole number from 1 to 1024"),
            ("THREADS", "1025", "a whole number from 1 to 1024"),
            ("REUSE_PORT", "on", "one of 0, 1"),
            ("GC_THRESHOLD", "-1", "a whole number from 0 to 1000000"),
            ("KEEP_CONNECTIONS", "all", "one of 0, 1"),
        ):
            with self.subTest(f"{name}={value!r}"):
                self.assert_refused(name, value, f'{name} is "{value}": give {expected}.')

    def test_a_wait_for_a_connection_may_be_a_fraction_of_a_second(self) -> None:
        environment = read_app_environment({**REQUIRED, "POOL_TIMEOUT_SECONDS": "0.5"})
        self.assertEqual(environment.pool_timeout_seconds, 0.5)

    def test_each_required_variable_is_named_when_it_is_missing(self) -> None:
        for name in REQUIRED:
            rest = {key: value for key, value in REQUIRED.items() if key != name}
            with self.subTest(name), self.assertRaises(EnvironmentVariableError) as caught:
                read_server_environment(rest)
                read_app_environment(rest)
            self.assertTrue(str(caught.exception).startswith(f"{name} is not set"))
