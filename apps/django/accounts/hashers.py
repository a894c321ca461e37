"""How passwords are kept: as the contract says, for both apps."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class ContractArgon2PasswordHasher(Argon2PasswordHasher):
    """OWASP's advice for argon2id; Django's own default takes five times the memory."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1

    def must_update(self, encoded: str) -> bool:
        """Only for other costs.

        Django also counts a salt's letters, each worth less than six bits. The salts of the seed,
        and of customers of the Express app, are 16 bytes of eight: it would take them for weak,
        and hash each password again at the first login.
        """
        found = self.decode(encoded)["params"]
        wanted = self.params()
        return (found.memory_cost, found.time_cost, found.parallelism, found.type) != (
            wanted.memory_cost,
            wanted.time_cost,
            wanted.parallelism,
            wanted.type,
        )
