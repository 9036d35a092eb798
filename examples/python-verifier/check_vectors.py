"""Hold this verifier against the vectors of the format: python3 check_vectors.py feed.json"""

import hashlib
import json
import sys

import feed_format as form
from revocations import Revocations, judge_freshness


def main(path):
    with open(path, encoding="utf8") as file:
        vectors = json.load(file)
    issuer, now = vectors["issuer"], vectors["now_ms"]
    keys, print_key = form.read_keys(vectors["keys_answer"], issuer)
    scopes = "token session user user-claims client tenant key everything".split()
    chain, events = bytes(32), []
    for row in vectors["events"]:
        event_type = scopes.index(row["scope"]) + 1
        subject = [] if row["subject"] is None else [row["subject"]]
        event = bytes.fromhex(row["bytes"])
        chain = form.extend_chain(chain, event)
        assert form.fingerprint(print_key, event_type, *subject).hex() == row["fingerprint"], row
        assert form.read_event(event) == (event_type, row["not_after"], bytes.fromhex(row["fingerprint"]), row["epoch"])
        assert chain.hex() == row["chain"], row
        events.append(event)
    heads = [form.read_head(row["jws"], keys, issuer, now) for row in vectors["heads"]]
    for row in vectors["refused_heads"]:
        try:
            form.read_head(row["jws"], keys, issuer, now)
        except form.Refused:
            continue
        raise AssertionError("taken: " + row["name"])
    snapshot = bytes.fromhex(vectors["snapshot"]["bytes"])
    assert hashlib.sha256(snapshot).hexdigest() == vectors["snapshot"]["content"]
    crossed = Revocations(print_key)
    crossed.cross(heads[1], snapshot)
    assert crossed.judge(vectors["tokens"][0]["token"], now, 300) == "unsynchronised"
    assert crossed.take(8, b"", heads[0], now) == "counts"
    streamed = start(print_key, heads[0])
    batch = json.loads(vectors["batches"][0]["text"])
    try:
        streamed.take(0, form.decode(batch["events"])[:-24] + bytes(24), heads[0], now)
        raise AssertionError("events that lead elsewhere were taken")
    except form.Refused:
        pass
    assert streamed.take(0, b"", heads[0], now) == "behind" and streamed.head is None
    assert streamed.take(batch["after"], form.decode(batch["events"]), heads[0], now) == "counts"
    for row in vectors["tokens"]:
        for known in (crossed, streamed):
            assert known.judge(row["token"], now, 300) == row["verdict"], row
    earlier = start(print_key, heads[0])
    earlier._add(b"".join(events[:7]), 0)
    for row in vectors["tokens_before_event_8"]:
        assert earlier.denies(row["token"]) == (row["verdict"] == "revoked"), row
    for row in vectors["freshness"]:
        verdict = judge_freshness(row["iat"], row["head_t"], row["now"], row["max_staleness"], row["ttl_max"])
        assert verdict == row["verdict"], row
    print("the vectors hold")


def start(print_key, head):
    """At the beginning of the chain of the vectors, vouched for by nothing but this test."""
    known = Revocations(print_key)
    known.place, known.witness = (0, bytes(32)), {**head, "seq": 0, "hash": bytes(32), "t": 0}
    return known


if __name__ == "__main__":
    main(sys.argv[1])
