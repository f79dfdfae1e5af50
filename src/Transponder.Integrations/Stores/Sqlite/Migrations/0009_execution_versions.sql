-- Grows with every change of an execution's state or closure: whoever decided on an older state is told so by its own update.
ALTER TABLE execution_state ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
