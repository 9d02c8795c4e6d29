-- Indices for views, whose tables have large rows. Builds between two releases made some of them with the tables of migration 2.

-- The view of all domains adds up the reports of each, and the states of their deliveries.
DROP INDEX IF EXISTS report_out_day;
CREATE INDEX IF NOT EXISTS report_out_domain ON report_out (kind, domain, day, messages, report_id);
CREATE INDEX IF NOT EXISTS report_out_why ON report_out (domain, day) WHERE why <> '';
CREATE INDEX IF NOT EXISTS report_delivery_state ON report_delivery (report_id, state);

-- Numbers of the last day.
CREATE INDEX IF NOT EXISTS received_failure_got ON received_failure (got_at, auth, reporter);
