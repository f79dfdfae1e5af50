CREATE TABLE store_check (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  checked_at INTEGER NOT NULL
);

CREATE TABLE executions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  started_at INTEGER,
  duration_us INTEGER,
  error_kind TEXT,
  error_code TEXT,
  abort_cause TEXT,
  user TEXT NOT NULL,
  mode INTEGER NOT NULL,
  notification_source INTEGER NOT NULL,
  launch_entity TEXT NOT NULL,
  launch_project TEXT NOT NULL,
  launch_domain TEXT NOT NULL,
  launch_name TEXT NOT NULL,
  launch_version TEXT NOT NULL,
  workflow_project TEXT NOT NULL,
  workflow_domain TEXT NOT NULL,
  workflow_name TEXT NOT NULL,
  workflow_version TEXT NOT NULL,
  closure BLOB NOT NULL,
  spec BLOB NOT NULL,
  inputs BLOB NOT NULL,
  UNIQUE (project, domain, name)
);
CREATE INDEX executions_by_creation ON executions (project, domain, created_at);

-- Apart from the wide row: every event writes here.
CREATE TABLE execution_state (
  id INTEGER PRIMARY KEY,
  phase INTEGER NOT NULL,
  cluster TEXT NOT NULL,
  last_seq INTEGER NOT NULL
);
CREATE INDEX execution_state_aborting ON execution_state (id) WHERE phase = 9;

CREATE TABLE node_executions (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  phase INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (execution_id, node_id)
);

CREATE TABLE task_executions (
  id INTEGER PRIMARY KEY,
  execution_id INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  task_project TEXT NOT NULL,
  task_domain TEXT NOT NULL,
  task_name TEXT NOT NULL,
  task_version TEXT NOT NULL,
  retry_attempt INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  phase_version INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (execution_id, node_id, task_name, task_version, retry_attempt, task_project, task_domain)
);

CREATE TABLE events (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  execution_id INTEGER NOT NULL,
  shard INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  request BLOB NOT NULL
);
CREATE INDEX events_by_shard ON events (shard, position);

CREATE TABLE projects (
  id TEXT NOT NULL PRIMARY KEY,
  body BLOB NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE catalog_entities (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  active INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (kind, project, domain, name, version)
);
CREATE UNIQUE INDEX catalog_active ON catalog_entities (kind, project, domain, name) WHERE active = 1;

CREATE TABLE destinations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  owner TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  fence INTEGER NOT NULL DEFAULT 0,
  parked_since INTEGER,
  parked_reason INTEGER,
  parked_detail TEXT,
  snapshot TEXT
);

CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  delivery_id TEXT NOT NULL UNIQUE,
  execution_id INTEGER NOT NULL,
  event_position INTEGER NOT NULL,
  destination_id INTEGER NOT NULL,
  phase INTEGER NOT NULL,
  notification INTEGER NOT NULL,
  channel TEXT NOT NULL,
  target TEXT,
  address TEXT NOT NULL,
  state INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  active_since INTEGER NOT NULL,
  due_at INTEGER,
  claim_fence INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  step INTEGER NOT NULL DEFAULT 0,
  replayed INTEGER NOT NULL DEFAULT 0,
  subject TEXT NOT NULL DEFAULT '',
  receipt TEXT
);
CREATE INDEX deliveries_by_execution ON deliveries (execution_id);
-- The constant columns make counting it cheap: no row is read.
CREATE INDEX deliveries_untried ON deliveries (destination_id, state, due_at) WHERE state = 1 AND due_at IS NULL;
CREATE INDEX deliveries_due ON deliveries (destination_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_sending ON deliveries (destination_id, state) WHERE state = 3;
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 7;

CREATE TABLE delivery_attempts (
  delivery INTEGER NOT NULL,
  number INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  latency_us INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
) WITHOUT ROWID;
