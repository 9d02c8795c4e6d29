"""What the cases of DKIM are made of: signed messages, and what to expect of them."""

from dkimsign import BODY, HEADER, sign

START = " v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=s1; "
TAGS = START + "h=From:To:Subject; bh={bh}; b={b}"


def passes(d="example.org", **facts):
    return {"result": "pass", "d": d, **facts}


def fails(problem, d="example.org"):
    return {"result": "fail", "problem": problem, "d": d}


def broken(problem, d="example.org"):
    return {"result": "permerror", "problem": problem, "d": d}


def signed(tags=TAGS, **how):
    return [sign(tags, **how)] + how.get("header", HEADER), how.get("body", BODY)


def changed(tags, was, now, **how):
    """Signed with these tags, then changed without signing anew: a tag that cannot be part of a valid signature."""
    header, body = signed(tags, **how)
    return [header[0].replace(was, now)] + header[1:], body


def received(header=HEADER, body=BODY, tags=TAGS, **how):
    """Signed in one form, received in another."""
    return [sign(tags, **how)] + header, body
