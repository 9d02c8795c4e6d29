"""Reads a message from stdin; arguments: the time, then name and text of each TXT record.

Writes a line for each DKIM-Signature field: pass, fail or the reason that dkimpy gives.
"""

import re
import sys

import dkim

clock = int(sys.argv[1])
zone = {name.lower(): text for name, text in zip(sys.argv[2::2], sys.argv[3::2])}
message = sys.stdin.buffer.read()


def txt(name, timeout=5):
    text = zone.get(name.decode().rstrip(".").lower())
    return text.encode() if text is not None else None


dkim.time.time = lambda: clock
for index in range(len(re.findall(rb"(?mi)^dkim-signature:", message.split(b"\r\n\r\n")[0]))):
    try:
        print("pass" if dkim.DKIM(message).verify(index, dnsfunc=txt) else "fail")
    except dkim.DKIMException as problem:
        print(" ".join(str(problem).split()))
