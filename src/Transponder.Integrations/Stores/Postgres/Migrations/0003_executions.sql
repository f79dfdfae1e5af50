-- The numbers of flyteidl.admin.ExecutionState; 0 = active.
ALTER TABLE executions ADD COLUMN state smallint NOT NULL DEFAULT 0;

-- Labels, and the tags of old clients as keys without a value.
CREATE TABLE execution_tags (
    execution_id bigint NOT NULL,
    key text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    PRIMARY KEY (execution_id, key, value)
);

-- Apart from node_executions: it may be large, and is read alone.
CREATE TABLE node_workflows (
    execution_id bigint NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (execution_id, node_id)
);

CREATE TABLE signals (
    execution_id bigint NOT NULL,
    signal_id text COLLATE "C" NOT NULL,
    type bytea NOT NULL,
    value bytea,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (execution_id, signal_id)
);
