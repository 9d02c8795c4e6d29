"""Times pyspf: pyspf.py PORT CHECKS CLIENT SENDER HELO; prints result, wall and CPU time in ns."""
import sys
import time

import dns.resolver
import spf

port, checks = int(sys.argv[1]), int(sys.argv[2])
client, sender, helo = sys.argv[3:6]

resolver = dns.resolver.Resolver(configure=False)
resolver.nameservers = ["127.0.0.1"]
resolver.port = port
dns.resolver.default_resolver = resolver


def check_all():
    for _ in range(checks):
        result = spf.check2(i=client, s=sender, h=helo)[0]
        if result != "pass":
            sys.exit(f"not a pass but a {result}")


check_all()
wall, cpu = time.perf_counter_ns(), time.process_time_ns()
check_all()
print("pass", time.perf_counter_ns() - wall, time.process_time_ns() - cpu)
