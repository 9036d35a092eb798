"""What stands in docs/feed-format.md: events, fingerprints, chain, heads. No network, no clock."""

import base64
import hashlib
import json
import struct

from jwt import PyJWK
from jwt.api_jws import PyJWS
from siphash import siphash24

TOKEN, SESSION, USER, USER_CLAIMS, CLIENT, TENANT, KEY, EVERYTHING = range(1, 9)
DEAD = (TOKEN, SESSION, KEY)
EVENT_BYTES = 24
SKEW_MS = 2000


class Refused(Exception):
    """Something that came does not count."""


class NotUnderstood(Exception):
    """The feed says what this verifier does not know: it must close."""


def decode(text):
    """Canonical base64url without padding."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=").decode() != text:
        raise Refused("not canonical base64url")
    return data


def fingerprint(key, event_type, *fields):
    domain = USER if event_type == USER_CLAIMS else event_type
    message = bytes([domain])
    for field in fields:
        data = field.encode()
        message += struct.pack(">H", len(data)) + data
    return siphash24(key, message)


def extend_chain(digest, events):
    for at in range(0, len(events), EVENT_BYTES):
        digest = hashlib.sha256(digest + events[at : at + EVENT_BYTES]).digest()
    return digest


def read_event(event):
    """(type, not_after, fingerprint, epoch). Does not check that the epoch is the event's own number."""
    event_type, version, reserved, not_after, print_, epoch = struct.unpack(">BBHI8sQ", event)
    if not TOKEN <= event_type <= EVERYTHING or version != 1 or reserved != 0:
        raise NotUnderstood("an event of an unknown form")
    if event_type in DEAD and epoch != 0:
        raise NotUnderstood("an epoch where none belongs")
    return event_type, not_after, print_, epoch


def read_keys(answer, issuer):
    """The answer of /revocations/keys: (keys by kid, fingerprint key)."""
    if answer["issuer"] != issuer:
        raise Refused("the keys of another issuer")
    keys = {key["kid"]: PyJWK(key).key for key in answer["keys"] if key.get("alg") == "ES256"}
    print_key = decode(answer["fingerprint_key"])
    if not keys or len(print_key) != 16:
        raise Refused("no keys")
    return keys, print_key


def read_head(jws, keys, issuer, now_ms):
    """The members of a verified head, with the digests as bytes and the `kid` that vouches for it."""
    try:
        header = PyJWS().get_unverified_header(jws)
        if header.get("typ") != "revocation-head+jwt" or header.get("kid") not in keys or "crit" in header:
            raise Refused("not a head, or of an unknown key")
        payload = PyJWS().decode(jws, keys[header["kid"]], algorithms=["ES256"])
        head = json.loads(payload)
        if head["iss"] != issuer or not all(_is_count(head[name]) for name in ("seq", "t", "ttl_max", "gap")):
            raise Refused("a head of another issuer or form")
        if head["gap"] > head["seq"] or head["ttl_max"] == 0 or head["t"] > now_ms + SKEW_MS:
            raise Refused("a head out of its bounds")
        digests = [head] + ([head["snap"]] if "snap" in head else [])
        for one in digests:
            one["hash"] = _digest(one["hash"])
        if "snap" in head:
            head["snap"]["content"] = _digest(head["snap"]["content"])
            if not _is_count(head["snap"]["seq"]) or head["snap"]["seq"] > head["seq"]:
                raise Refused("a snapshot out of its bounds")
    except Refused:
        raise
    except Exception as error:
        raise Refused("not a head") from error
    return {**head, "kid": header["kid"], "jws": jws}


def _is_count(value):
    return type(value) is int and 0 <= value < 2**53


def _digest(text):
    data = decode(text)
    if len(data) != 32:
        raise Refused("not a digest")
    return data
