"""Mints a member token with a secret (HS256). Python's own hmac, no packages."""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import uuid


def mint_token(secret: bytes, program: str, member: str, life_s: int = 300) -> str:
    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    now = int(time.time())
    header = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = {"aud": program, "sub": member, "iat": now, "exp": now + life_s, "jti": str(uuid.uuid4())}
    signed = f"{header}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


if __name__ == "__main__":
    program, member = sys.argv[1:]
    print(mint_token(os.environ["STAMPCARD_TOKEN_SECRET"].encode(), program, member))
