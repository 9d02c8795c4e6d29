#!/bin/sh
# Ours beside jSPF, pyspf and Mail::SPF, uncached, one nsd for all: compare-spf.sh [CHECKS [ROUNDS]]
# Needs nsd, python3-spf with python3-dnspython, and libmail-spf-perl.
set -eu
cd "$(dirname "$0")/../../.."
exec mvn -q -Pbench -pl engine/core -am test -Dbench.main=org.countersign.bench.SpfContest -Dbench="$*"
