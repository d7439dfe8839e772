"""How a password is kept: hashed as sign-in expects it, slow on purpose."""

from argon2 import PasswordHasher

HASHER = PasswordHasher()  # the library's own parameters, RFC 9106's for low memory


def hash_password(password: str) -> str:
    return HASHER.hash(password)
