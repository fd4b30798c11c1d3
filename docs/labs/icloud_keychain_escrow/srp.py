"""SRP-6a as RFC 5054 has it: show that you know a code without sending it. Groups of 1,024 and 2,048 bits."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

Digest = Callable[[bytes], "hashlib._Hash"]
SMALL = """
EEAF0AB9ADB38DD69C33F80AFA8FC5E86072618775FF3C0B9EA2314C9C256576D674DF7496EA81D3383B4813D692C6E0E0D5D8E250B98BE4
8E495C1D6089DAD15DC7D7B46154D6B6CE8EF4AD69B15D4982559B297BCF1885C529F566660E57EC68EDBC3C05726CC02FD4CBF4976EAA9A
FD5138FE8376435B9FC61D2FC0EB06E3
"""
LARGE = """
AC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050A37329CBB4A099ED8193E0757767A13DD52312AB4B03310D
CD7F48A9DA04FD50E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B855F97993EC975EEAA80D740ADBF4FF74
7359D041D5C33EA71D281E446B14773BCA97B43A23FB801676BD207A436C6481F1D2B9078717461A5B9D32E688F87748544523B524B0D57D
5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB6
94B5C803D89F7AE435DE236D525F54759B65E372FCD68EF20FA7111F9E4AFF73
"""


@dataclass(frozen=True)
class Group:
    """A prime N, a generator g and a hash; `pad` writes a number as long as N, as RFC 5054 asks."""

    prime: int
    digest: Digest
    generator: int = 2

    def pad(self, number: int) -> bytes:
        """The number as bytes, as many as N has."""
        return number.to_bytes((self.prime.bit_length() + 7) // 8, "big")

    def hash(self, *parts: bytes) -> int:
        """The hash of the parts one after the other, as a number."""
        return int.from_bytes(self.digest(b"".join(parts)).digest(), "big")

    def multiplier(self) -> int:
        """k = H(N, PAD(g))."""
        return self.hash(self.pad(self.prime), self.pad(self.generator))

    def public(self, secret: int) -> int:
        """g^secret mod N: the client's A, and the verifier of a password's number."""
        return pow(self.generator, secret, self.prime)

    def server_public(self, verifier: int, secret: int) -> int:
        """B = k v + g^b mod N."""
        return (self.multiplier() * verifier + self.public(secret)) % self.prime

    def scramble(self, client: int, server: int) -> int:
        """u = H(PAD(A), PAD(B))."""
        return self.hash(self.pad(client), self.pad(server))

    def client_secret(self, number: int, secret: int, server: int) -> int:
        """S on the client: (B - k g^x)^(a + u x) mod N."""
        base = (server - self.multiplier() * self.public(number)) % self.prime
        return pow(base, secret + self.scramble(self.public(secret), server) * number, self.prime)

    def server_secret(self, verifier: int, secret: int, client: int) -> int:
        """S on the server: (A v^u)^b mod N. Raises ValueError for A = 0 mod N, which would make S zero."""
        if client % self.prime == 0:
            raise ValueError("A is zero modulo N")
        u = self.scramble(client, self.server_public(verifier, secret))
        return pow(client * pow(verifier, u, self.prime), secret, self.prime)

    def proof(self, shared: int, client: int, server: int) -> bytes:
        """What the client sends to show that its S is the server's: an HMAC over both public numbers."""
        key = self.digest(self.pad(shared)).digest()
        return hmac.digest(key, self.pad(client) + self.pad(server), "sha256")


RFC_5054_1024 = Group(int("".join(SMALL.split()), 16), hashlib.sha1)
RFC_5054_2048 = Group(int("".join(LARGE.split()), 16), hashlib.sha256)
QUICK = Group(RFC_5054_1024.prime, hashlib.sha256)  # for the lab: it asks who may guess, not how hard a guess is
