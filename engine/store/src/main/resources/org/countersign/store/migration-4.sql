-- would_be: the verdict of the rules where the mode "monitor" did not carry it out, else ''. Rows of earlier versions have ''.
ALTER TABLE trace_message ADD COLUMN would_be TEXT NOT NULL DEFAULT '';
