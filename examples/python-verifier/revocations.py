"""What a verifier knows of the revocations of one issuer, and how it judges by it. No network, no clock."""

import hashlib

from feed_format import (
    CLIENT, DEAD, EVENT_BYTES, EVERYTHING, KEY, SESSION, SKEW_MS, TENANT, TOKEN, USER,
    NotUnderstood, Refused, extend_chain, fingerprint, read_event,
)

SPARE_SECONDS = 6
OPENING_MS = 10_000


class Revocations:
    """The place in the chain, the last head that counts, and the denials. Only one thread may use it."""

    def __init__(self, fingerprint_key):
        self.fingerprint_key = fingerprint_key
        self.place = None  # (seq, hash)
        self.witness = None  # the head that vouches for the place
        self.head = None  # the last head that counts
        self.is_open = False
        self.alarm = None
        self._alarmed_at = 0
        self._forks = 0
        self._dead = {}
        self._epochs = {}
        self._everything = 0

    def take(self, after, events, head, now_ms):
        """'counts', 'replay', 'behind' or 'gap'. Raises `Refused` for events that lead elsewhere."""
        if self.place is None:
            return "gap"
        seq, digest = self.place
        if head["gap"] > seq:
            return "replay" if head["t"] < self.witness["t"] else "gap"
        self._compare(head)
        if self.alarm is not None:
            return "behind"
        if head["seq"] < seq or (self.head is not None and head["t"] < self.head["t"]):
            return "replay"
        missing = b""
        if head["seq"] > seq:
            if after > seq or after + len(events) // EVENT_BYTES != head["seq"]:
                return "behind"
            missing = events[(seq - after) * EVENT_BYTES :]
        if extend_chain(digest, missing) != head["hash"]:
            self._forks += 1
            if self._forks > 1:
                self._raise("events that do not lead to their head")
            raise Refused("events that do not lead to their head")
        try:
            self._add(missing, seq)
        except NotUnderstood as error:
            self._raise(str(error))
            return "behind"
        self.place, self.witness, self.head, self._forks = (head["seq"], head["hash"]), head, head, 0
        if head["t"] >= now_ms - OPENING_MS:
            self.is_open = True
        self._forget(now_ms // 1000)
        return "counts"

    def may_cross(self, head):
        snap = head.get("snap")
        if snap is None or snap["seq"] < head["gap"] or (self.alarm and head["gap"] <= self._alarmed_at):
            return False
        return self.place is None or (head["t"] >= self.witness["t"] and snap["seq"] > self.place[0])

    def cross(self, head, snapshot):
        """Stand at the snapshot that the head names; what was denied stays denied."""
        snap = head["snap"]
        if not self.may_cross(head) or hashlib.sha256(snapshot).digest() != snap["content"]:
            raise Refused("not the snapshot that the head names")
        try:
            self._add(snapshot, None, snap["seq"])
        except NotUnderstood as error:
            self._raise(str(error), snap["seq"])
            return
        self.place, self.witness, self.alarm = (snap["seq"], snap["hash"]), head, None

    def lose_place(self):
        """The key that vouched for it is published no more. Denials stay."""
        self.place = self.witness = self.head = None
        self.is_open = False

    def judge(self, token, now_ms, max_staleness):
        """'live', 'revoked', 'life_too_long', 'stale' or 'unsynchronised', for verified claims with their `kid`."""
        if self.denies(token):
            return "revoked"
        if self.head is None or not self.is_open or self.alarm is not None:
            return "unsynchronised"
        if not token["exp"] - token["iat"] <= self.head["ttl_max"]:
            return "life_too_long"
        return judge_freshness(token["iat"], self.head["t"], now_ms, max_staleness, self.head["ttl_max"])

    def denies(self, token):
        rvs = token.get("rvs")
        if type(rvs) is not int or rvs < self._everything:
            return True
        names = ((TOKEN, "jti"), (SESSION, "sid"), (KEY, "kid"), (USER, "sub"), (CLIENT, "client_id"), (TENANT, "tid"))
        for event_type, name in names:
            if token.get(name) is None:
                continue
            entry = (event_type, fingerprint(self.fingerprint_key, event_type, token[name]))
            if entry in self._dead or rvs < self._epochs.get(entry, (0, 0))[0]:
                return True
        return False

    def _compare(self, head):
        for other in (self.witness, self.head):
            if other is None or head["gap"] > other["seq"]:
                continue
            same = head["seq"] == other["seq"] and head["hash"] != other["hash"]
            crossed = (head["seq"] - other["seq"]) * (head["t"] - other["t"]) < 0
            if same or crossed:
                self._raise("two heads that exclude each other")

    def _raise(self, why, seq=None):
        if self.alarm is None:
            self.alarm = why
            self._alarmed_at = seq if seq is not None else (self.place or (0,))[0]

    def _add(self, events, after, last_seq=None):
        """All of them or none. `after` is None for a snapshot, where numbers are missing."""
        if len(events) % EVENT_BYTES:
            raise NotUnderstood("half an event")
        read = [read_event(events[at : at + EVENT_BYTES]) for at in range(0, len(events), EVENT_BYTES)]
        last = 0
        for index, (event_type, _, _, epoch) in enumerate(read):
            if event_type in DEAD:
                continue
            fits = epoch == after + index + 1 if after is not None else last < epoch <= last_seq
            if not fits or epoch >= 2**53:
                raise NotUnderstood("an epoch that is not the event's number")
            last = epoch
        for event_type, not_after, print_, epoch in read:
            entry = (USER if event_type == USER + 1 else event_type, print_)
            if event_type == EVERYTHING:
                self._everything = max(self._everything, epoch)
            elif event_type in DEAD:
                self._dead[entry] = max(not_after, self._dead.get(entry, 0))
            else:
                known_epoch, known_until = self._epochs.get(entry, (0, 0))
                self._epochs[entry] = (max(epoch, known_epoch), max(not_after, known_until))

    def _forget(self, now):
        """What can deny nothing alive any more; keys never."""
        is_over = lambda until: until + SPARE_SECONDS < now
        for entry in [e for e, until in self._dead.items() if e[0] != KEY and is_over(until)]:
            del self._dead[entry]
        for entry in [e for e, (_, until) in self._epochs.items() if is_over(until)]:
            del self._epochs[entry]


def judge_freshness(iat, head_t, now_ms, max_staleness, ttl_max):
    if head_t is None or head_t < now_ms - 1000 * max(max_staleness, ttl_max):
        return "unsynchronised"
    if iat * 1000 > now_ms + SKEW_MS or max(iat * 1000, head_t) < now_ms - 1000 * max_staleness:
        return "stale"
    return "live"
