"""Verify access tokens from the standard input, one a line, and say of each what a guard would.

    CLIENT_ID=… CLIENT_SECRET=… python3 verify.py https://id.example https://id.example [STALENESS]

Arguments: issuer, audience, and for how many seconds what is known may be old (default 10).
"""

import json
import os
import sys
import time

import jwt
from follower import Follower

ALGORITHMS = ["ES256", "RS256"]


def verify(token, follower, keys, audience, max_staleness):
    """(verdict, claims). Signature and claims first; then the feed, asked once more where it is stale."""
    try:
        if jwt.get_unverified_header(token).get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
            return "not_an_access_token", None
        key = keys.get_signing_key_from_jwt(token)
        required = {"require": ["exp", "iat", "sub", "jti", "client_id", "rvs"]}
        claims = jwt.decode(
            token, key.key, algorithms=ALGORITHMS, audience=audience, issuer=follower.issuer, leeway=2, options=required
        )
    except jwt.PyJWTError as error:
        return type(error).__name__, None
    named = {**claims, "kid": key.key_id}
    for attempt in range(2):
        verdict = follower.revocations.judge(named, time.time_ns() // 1_000_000, max_staleness)
        if verdict not in ("stale", "unsynchronised") or attempt == 1:
            return verdict, claims
        follower.pull()


def main(issuer, audience, staleness="10"):
    follower = Follower(issuer, os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
    follower.pull()
    keys = jwt.PyJWKClient(follower.jwks_uri)
    for line in sys.stdin:
        # A service pulls in a thread of its own; here every line is judged by what is known at that moment.
        follower.pull()
        verdict, claims = verify(line.strip(), follower, keys, audience, int(staleness))
        print(json.dumps({"verdict": verdict, "sub": claims and claims["sub"], "seq": follower.revocations.place[0]}), flush=True)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:])
