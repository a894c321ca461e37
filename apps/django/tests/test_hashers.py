"""Passwords are kept as the contract says, whoever wrote them."""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password

from accounts.hashers import ContractArgon2PasswordHasher

SEED = Path(__file__).parents[3] / "db/seed.sql"


class HashersTest(unittest.TestCase):
    def test_a_hash_has_the_contracts_costs(self) -> None:
        self.assertRegex(
            make_password("correct horse 1"),
            r"^argon2\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]+\$[\w+/]+$",
        )

    def test_the_seeds_hashes_are_right_and_not_made_again(self) -> None:
        [encoded] = re.findall(r"\(1, '(argon2\$.+)'\)", SEED.read_text())
        made_again: list[str] = []
        self.assertTrue(check_password("correct horse 1", encoded, made_again.append))
        self.assertFalse(check_password("correct horse 2", encoded, made_again.append))
        self.assertEqual(made_again, [])

    def test_one_of_other_costs_is_due_to_be_made_again(self) -> None:
        hasher = ContractArgon2PasswordHasher()
        encoded = make_password("correct horse 1")
        self.assertFalse(hasher.must_update(encoded))
        for costs in ("m=8192,t=2,p=1", "m=19456,t=1,p=1", "m=19456,t=2,p=2"):
            with self.subTest(costs):
                self.assertTrue(hasher.must_update(encoded.replace("m=19456,t=2,p=1", costs)))
