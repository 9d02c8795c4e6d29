-- For SQLite and PostgreSQL. SQLite keeps octets as they are in a column declared BYTEA.
CREATE TABLE version (n INTEGER NOT NULL PRIMARY KEY);

-- One row for each message. It is narrow, so that a list with conditions that have no index is still fast.
-- id: milliseconds since 2020, 16 bits of the writer, 6 bits of a counter. So the order of ids is that of time.
-- queue_id, author, mail_from: as searched for, '' if unknown. message_key: the first 64 bits of SHA-256 of the Message-ID, 0 for none.
-- client: 4 or 16 octets. octets: the size of the explanation.
CREATE TABLE trace_message (
    id @row-id@ NOT NULL PRIMARY KEY,
    queue_id TEXT NOT NULL,
    message_key BIGINT NOT NULL,
    author TEXT NOT NULL,
    mail_from TEXT NOT NULL,
    client BYTEA,
    verdict TEXT NOT NULL,
    rule TEXT NOT NULL,
    flow TEXT NOT NULL,
    octets INTEGER NOT NULL);

CREATE INDEX trace_message_queue_id ON trace_message (queue_id);
CREATE INDEX trace_message_key ON trace_message (message_key);
CREATE INDEX trace_message_author ON trace_message (author);

-- The explanation of the same message, compressed.
CREATE TABLE trace_explanation (
    id @row-id@ NOT NULL PRIMARY KEY,
    content BYTEA NOT NULL);
