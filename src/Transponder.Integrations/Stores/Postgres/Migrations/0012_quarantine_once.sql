-- What is read again after a kill, and refused again, is there already.
CREATE INDEX quarantine_by_position ON quarantine (sink, position);
