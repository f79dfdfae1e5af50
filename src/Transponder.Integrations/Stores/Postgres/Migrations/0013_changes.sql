-- What an entry of no execution belongs to; NULL when it belongs to an execution.
ALTER TABLE events
    ADD COLUMN scope_project text COLLATE "C",
    ADD COLUMN scope_domain text COLLATE "C",
    ADD COLUMN scope_name text COLLATE "C";
