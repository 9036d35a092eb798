"""Follows the feed over its log endpoint. Python's standard library and PyJWT, nothing else."""

import base64
import json
import time
import urllib.error
import urllib.parse
import urllib.request

from feed_format import Refused, decode, read_head, read_keys
from revocations import Revocations

REREAD_KEYS_SECONDS = 300
MAX_ANSWER_BYTES = 1_000_000
MAX_SNAPSHOT_BYTES = 402_653_184


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_open = urllib.request.build_opener(_NoRedirects).open


class Follower:
    """One issuer. Call `pull()` before a judgement, or in a loop with `wait`."""

    def __init__(self, issuer, client_id, client_secret, feed_url=None):
        self.issuer = issuer
        metadata = self._json(issuer + "/.well-known/oauth-authorization-server")
        if metadata["issuer"] != issuer:
            raise Refused("the metadata of another issuer")
        self.jwks_uri = metadata["jwks_uri"]
        self._token_url = metadata["token_endpoint"]
        self._keys_url = metadata["revocation_feed"] + "/keys"
        self._feed_url = feed_url or metadata["revocation_feed"]
        quoted = [urllib.parse.quote_plus(part) for part in (client_id, client_secret)]
        self._basic = base64.b64encode(":".join(quoted).encode()).decode()
        self._token, self._token_until = None, 0
        self._keys, self._keys_read = None, 0
        self.revocations = None

    def pull(self, wait=0):
        """Ask the log once, after a snapshot where one is needed. @returns what the head did"""
        self._read_keys()
        now = self.revocations
        if now.place is None or now.alarm:
            self._cross()
        start = now.place
        answer = self._get(f"{self._feed_url}/log?after={start[0]}&wait={wait}", wait=wait)
        if answer is None:
            self._cross()
            return "gap"
        batch = json.loads(answer)
        head = self._head(batch["head"])
        outcome = now.take(batch.get("after", start[0]), decode(batch.get("events", "")), head, self._now_ms())
        if outcome == "gap":
            self._cross()
        return outcome

    def _cross(self):
        for _ in range(3):
            head = self._head(json.loads(self._get(self._feed_url + "/head"))["head"])
            if not self.revocations.may_cross(head):
                raise Refused("no snapshot leads further")
            url = f"{self._feed_url}/snapshot/{head['snap']['seq']}"
            snapshot = self._get(url, limit=MAX_SNAPSHOT_BYTES)
            if snapshot is not None:
                self.revocations.cross(head, snapshot)
                return
        raise Refused("snapshots are gone before they are read")

    def _head(self, jws):
        return read_head(jws, self._keys, self.issuer, self._now_ms())

    def _read_keys(self):
        if self._keys is not None and time.monotonic() - self._keys_read < REREAD_KEYS_SECONDS:
            return
        keys, fingerprint_key = read_keys(json.loads(self._get(self._keys_url)), self.issuer)
        if self.revocations is None:
            self.revocations = Revocations(fingerprint_key)
        elif fingerprint_key != self.revocations.fingerprint_key:
            raise Refused("another fingerprint key: start a new process")
        witness = self.revocations.witness
        if witness is not None and witness["kid"] not in keys:
            self.revocations.lose_place()
        self._keys, self._keys_read = keys, time.monotonic()

    def _get(self, url, limit=MAX_ANSWER_BYTES, wait=0):
        """The bytes of the answer; None for 410."""
        headers = {"Authorization": "Bearer " + self._access_token()}
        head = self.revocations and self.revocations.head
        if head:
            headers["Revocation-Last-Head"] = head["jws"]
        try:
            with _open(urllib.request.Request(url, headers=headers), timeout=10 + wait) as response:
                body = response.read(limit + 1)
        except urllib.error.HTTPError as error:
            if error.code == 410:
                return None
            if error.code == 401:
                self._token = None
            raise
        if len(body) > limit:
            raise Refused("too long an answer")
        return body

    def _access_token(self):
        if self._token is None or time.monotonic() > self._token_until:
            form = {"grant_type": "client_credentials", "scope": "revocations:read"}
            answer = self._json(self._token_url, urllib.parse.urlencode(form).encode(), self._basic)
            self._token = answer["access_token"]
            self._token_until = time.monotonic() + answer["expires_in"] / 2
        return self._token

    def _json(self, url, form=None, basic=None):
        headers = {} if basic is None else {"Authorization": "Basic " + basic}
        with _open(urllib.request.Request(url, data=form, headers=headers), timeout=10) as response:
            return json.loads(response.read(MAX_ANSWER_BYTES))

    @staticmethod
    def _now_ms():
        return time.time_ns() // 1_000_000
