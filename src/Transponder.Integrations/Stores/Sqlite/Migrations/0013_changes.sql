-- What an entry of no execution belongs to; NULL when it belongs to an execution.
ALTER TABLE events ADD COLUMN scope_project TEXT;
ALTER TABLE events ADD COLUMN scope_domain TEXT;
ALTER TABLE events ADD COLUMN scope_name TEXT;
