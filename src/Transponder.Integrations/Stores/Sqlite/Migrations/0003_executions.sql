-- The numbers of flyteidl.admin.ExecutionState; 0 = active.
ALTER TABLE executions ADD COLUMN state INTEGER NOT NULL DEFAULT 0;

-- Labels, and the tags of old clients as keys without a value.
CREATE TABLE execution_tags (
  execution_id INTEGER NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (execution_id, key, value)
) WITHOUT ROWID;

-- Apart from node_executions: it may be large, and is read alone.
CREATE TABLE node_workflows (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (execution_id, node_id)
);

CREATE TABLE signals (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL,
  signal_id TEXT NOT NULL,
  type BLOB NOT NULL,
  value BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (execution_id, signal_id)
);
