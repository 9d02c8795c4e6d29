-- DMARC reports. Days are counted from 1970-01-01 in UTC; instants are seconds since then, unless a name ends in _ms.
-- bucket is the first octet of a key, from 0 to 255: a cluster of databases can distribute all large tables by it.

-- A host that writes. nonce: written when it starts, so that two hosts with one id are noticed. through: every message that it judged
-- before this second is in the store.
CREATE TABLE report_host (
    host_id TEXT NOT NULL PRIMARY KEY,
    nonce TEXT NOT NULL,
    name TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    through BIGINT NOT NULL);

-- Batches that are in the store. A batch that is sent again is found here, and is not counted again. part: 0, unless a larger batch
-- of the same number came later, from the original of a copied disk.
CREATE TABLE report_batch (
    host_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    part SMALLINT NOT NULL,
    day INTEGER NOT NULL,
    messages BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (host_id, seq, part));

-- A policy as it was used. policy_id: the first 16 octets of SHA-256 over what a report says of it. Tags are '' if the record lacks them.
-- method: 'treewalk', 'psl' or ''. record: the first text seen, cut at 2,048 octets. remarks: what is wrong with it, for the element error.
-- last_day: the last day with rows, after which it is kept as long as they are.
CREATE TABLE report_policy (
    policy_id BYTEA NOT NULL PRIMARY KEY,
    bucket SMALLINT NOT NULL,
    domain TEXT NOT NULL,
    method TEXT NOT NULL,
    record TEXT NOT NULL,
    p TEXT NOT NULL,
    sp TEXT NOT NULL,
    np TEXT NOT NULL,
    adkim TEXT NOT NULL,
    aspf TEXT NOT NULL,
    fo TEXT NOT NULL,
    testing TEXT NOT NULL,
    remarks TEXT NOT NULL,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL DEFAULT 0);
CREATE INDEX report_policy_domain ON report_policy (domain);

-- What was seen of other domains, one row for all messages that are equal in it. row_key: the first 16 octets of SHA-256 over the row.
-- triggers: how many of the messages are a reason to send a report. disposition: 0 none, 1 pass, 2 quarantine, 3 reject.
-- aligned: the sum of 1 for an aligned DKIM pass and 2 for an aligned SPF pass.
-- reasons: one a line, 'TYPE' or 'TYPE COMMENT'. envelope_from: NULL if equal to header_from, '' for the null reverse-path.
-- envelope_to: '' unless it is kept. auth: one a line in the order of the report, 'dkim RESULT DOMAIN SELECTOR' or 'spf RESULT DOMAIN'.
CREATE TABLE report_row (
    day INTEGER NOT NULL,
    bucket SMALLINT NOT NULL,
    policy_id BYTEA NOT NULL,
    row_key BYTEA NOT NULL,
    messages BIGINT NOT NULL,
    triggers BIGINT NOT NULL,
    source_ip TEXT NOT NULL,
    disposition SMALLINT NOT NULL,
    aligned SMALLINT NOT NULL,
    reasons TEXT NOT NULL,
    header_from TEXT NOT NULL,
    envelope_from TEXT,
    envelope_to TEXT NOT NULL,
    auth TEXT NOT NULL,
    PRIMARY KEY (day, bucket, policy_id, row_key))
    @by-day@;

-- Messages that are missing in the rows, because the spool was full. A report says so.
CREATE TABLE report_lost (
    day INTEGER NOT NULL,
    host_id TEXT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (day, host_id));

-- All inbound mail of a host, without domains. dmarc: the keyword of the result.
CREATE TABLE report_traffic (
    day INTEGER NOT NULL,
    hour SMALLINT NOT NULL,
    host_id TEXT NOT NULL,
    dmarc TEXT NOT NULL,
    verdict TEXT NOT NULL,
    rule TEXT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (day, hour, host_id, dmarc, verdict, rule));

-- A report to send. state: 'planned', 'composed', 'dropped'. omitted: messages of rows beyond the limit. body: the XML, compressed by gzip.
-- attempt: how often its addresses were looked up without a result. next_at: when it is composed, or looked up again.
-- kind: 'aggregate' or 'failure'. A failure report has a policy_id of its own, and its body is a part of a message.
CREATE TABLE report_out (
    report_id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL DEFAULT 'aggregate',
    bucket SMALLINT NOT NULL,
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    policy_id BYTEA NOT NULL,
    part SMALLINT NOT NULL,
    state TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    omitted BIGINT NOT NULL,
    body BYTEA,
    why TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    attempt INTEGER NOT NULL,
    next_at BIGINT NOT NULL);
CREATE UNIQUE INDEX report_out_key ON report_out (day, policy_id, part);
CREATE INDEX report_out_next ON report_out (state, next_at);

-- A report to one address. day: that of the report. state: 'waiting', 'sent', 'failed', 'suppressed', 'expired'. attempt: also the fence
-- of a lease.
-- token: the HMAC in the envelope sender, by which a bounce is recognized.
CREATE TABLE report_delivery (
    report_id TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'aggregate',
    n SMALLINT NOT NULL,
    day INTEGER NOT NULL,
    address TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    next_at BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    owner TEXT,
    until BIGINT NOT NULL,
    last TEXT NOT NULL,
    PRIMARY KEY (report_id, n));
CREATE INDEX report_delivery_next ON report_delivery (state, next_at);
CREATE INDEX report_delivery_token ON report_delivery (token);
CREATE INDEX report_delivery_day ON report_delivery (day, address);

-- Addresses that get no reports until an instant.
CREATE TABLE report_suppression (
    address TEXT NOT NULL PRIMARY KEY,
    until BIGINT NOT NULL,
    times INTEGER NOT NULL,
    why TEXT NOT NULL);

-- Work that only one host may do at a time, such as reading a mailbox.
CREATE TABLE report_lease (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    until BIGINT NOT NULL);

-- Secrets and marks of the whole store: the key of tokens, the last message read from a mailbox.
CREATE TABLE report_setting (
    name TEXT NOT NULL PRIMARY KEY,
    content TEXT NOT NULL);

-- A report that came in. id: the first 16 octets of SHA-256 over reporter, report_id, domain, begin and end. content: the same over the rows.
-- reporter: the Author Domain of the message if it is authenticated, else the org_name. auth: 'pass', 'none', 'unknown' or 'given'.
-- schema: 'rfc9990', 'rfc7489' or 'other'. remarks: deviations from the format, one a line.
CREATE TABLE received_report (
    id BYTEA NOT NULL PRIMARY KEY,
    bucket SMALLINT NOT NULL,
    domain TEXT NOT NULL,
    reporter TEXT NOT NULL,
    org_name TEXT NOT NULL,
    email TEXT NOT NULL,
    report_id TEXT NOT NULL,
    begin_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    schema TEXT NOT NULL,
    auth TEXT NOT NULL,
    p TEXT NOT NULL,
    sp TEXT NOT NULL,
    np TEXT NOT NULL,
    adkim TEXT NOT NULL,
    aspf TEXT NOT NULL,
    testing TEXT NOT NULL,
    errors TEXT NOT NULL,
    remarks TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    content BYTEA NOT NULL,
    got_at BIGINT NOT NULL);
CREATE INDEX received_report_domain ON received_report (domain, begin_at);
CREATE INDEX received_report_got ON received_report (got_at);

-- Its rows, with the encodings of report_row. day: that of the middle of the period.
CREATE TABLE received_row (
    id BYTEA NOT NULL,
    n INTEGER NOT NULL,
    day INTEGER NOT NULL,
    source_ip TEXT NOT NULL,
    messages BIGINT NOT NULL,
    disposition SMALLINT NOT NULL,
    aligned SMALLINT NOT NULL,
    reasons TEXT NOT NULL,
    header_from TEXT NOT NULL,
    envelope_from TEXT,
    envelope_to TEXT NOT NULL,
    PRIMARY KEY (id, n));

-- The authentication results of a row. kind: 'dkim' or 'spf'.
CREATE TABLE received_auth (
    id BYTEA NOT NULL,
    n INTEGER NOT NULL,
    k SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    domain TEXT NOT NULL,
    selector TEXT NOT NULL,
    result TEXT NOT NULL,
    PRIMARY KEY (id, n, k));

-- A failure report that came in (RFC 9991). fields: those of the feedback report, one a line. header: that of the message.
CREATE TABLE received_failure (
    id BYTEA NOT NULL PRIMARY KEY,
    day INTEGER NOT NULL,
    domain TEXT NOT NULL,
    reporter TEXT NOT NULL,
    auth TEXT NOT NULL,
    source_ip TEXT NOT NULL,
    incidents BIGINT NOT NULL,
    fields TEXT NOT NULL,
    header TEXT NOT NULL,
    got_at BIGINT NOT NULL);

-- What came in and was refused, with the reason.
CREATE TABLE received_refused (
    id BYTEA NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    sender TEXT NOT NULL,
    name TEXT NOT NULL,
    why TEXT NOT NULL,
    octets BIGINT NOT NULL,
    times INTEGER NOT NULL);

-- Reports by the UTC day of the middle of their period.
CREATE INDEX received_report_day ON received_report (domain, ((begin_at + end_at) / 172800));

-- The sums of a day that views read, made of the tables above for our own domains.
-- source: an organizational domain, a network if there is none, or '*' for the smallest ones of the day.
-- origin: 'r' for received reports, 'u' for received reports whose sender is not authenticated, 's' for what this system saw.
-- flow: 'o' from our own networks, 'f' forwarded as a reason says, 'e' an aligned DKIM pass with a foreign envelope domain, else 'd'.
CREATE TABLE report_source_day (
    domain TEXT NOT NULL,
    day INTEGER NOT NULL,
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    flow TEXT NOT NULL,
    aligned SMALLINT NOT NULL,
    disposition SMALLINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (domain, day, origin, source, flow, aligned, disposition))
    @by-key@;
CREATE INDEX report_source_day_source ON report_source_day (domain, source, day);

-- What is known of a source on a day: the most frequent values of each fact. source: '' for facts of the whole domain.
-- fact: 'address', 'author', 'envelope', 'reason', 'reporter', 'selector', 'spf'; of the whole domain also 'policy' and 'signer'.
-- passed: messages with a DMARC pass; for selectors those with a valid signature.
CREATE TABLE report_source_fact (
    domain TEXT NOT NULL,
    day INTEGER NOT NULL,
    origin TEXT NOT NULL,
    source TEXT NOT NULL,
    fact TEXT NOT NULL,
    content TEXT NOT NULL,
    passed BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    PRIMARY KEY (domain, source, fact, day, origin, content))
    @by-key@;
CREATE INDEX report_source_fact_day ON report_source_fact (domain, day);

-- When the sums of a day were made. A host that makes them holds this row meanwhile.
CREATE TABLE report_source_built (
    domain TEXT NOT NULL,
    day INTEGER NOT NULL,
    built_at BIGINT NOT NULL,
    PRIMARY KEY (domain, day));

-- Names that a person gave to sources of a domain. source: as views show it without this name. sends: 1 if the person said that
-- it sends for the domain.
CREATE TABLE report_named_source (
    domain TEXT NOT NULL,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    sends SMALLINT NOT NULL,
    named_at BIGINT NOT NULL,
    PRIMARY KEY (domain, source));

-- Names of sources that were looked up in the DNS.
CREATE TABLE report_source_name (
    source_ip TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    until BIGINT NOT NULL);
