-- Names are compared byte by byte, in every database the same: hence COLLATE "C".

CREATE TABLE executions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    launch_project text COLLATE "C" NOT NULL,
    launch_domain text COLLATE "C" NOT NULL,
    launch_name text COLLATE "C" NOT NULL,
    launch_version text COLLATE "C" NOT NULL,
    launch_entity text COLLATE "C" NOT NULL,
    workflow_project text COLLATE "C" NOT NULL,
    workflow_domain text COLLATE "C" NOT NULL,
    workflow_name text COLLATE "C" NOT NULL,
    workflow_version text COLLATE "C" NOT NULL,
    user_name text COLLATE "C" NOT NULL,
    mode integer NOT NULL,
    notification_source smallint NOT NULL,
    spec bytea NOT NULL,
    inputs bytea NOT NULL,
    CONSTRAINT executions_key UNIQUE (project, domain, name)
);

-- For lists alone. An expression, since a planner without statistics would else take this index for a look-up by full name.
CREATE INDEX executions_by_creation ON executions ((project || '/' || domain), created_at, id);

-- Locked and rewritten by every batch, so narrow, with room on the page for the next version.
CREATE TABLE execution_state (
    id bigint PRIMARY KEY,
    phase smallint NOT NULL,
    cluster text COLLATE "C" NOT NULL,
    last_seq bigint NOT NULL
) WITH (fillfactor = 70);

-- 9 = ABORTING.
CREATE INDEX execution_state_aborting ON execution_state (id) WHERE phase = 9;

CREATE TABLE execution_closures (
    id bigint PRIMARY KEY,
    closure bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    started_at timestamptz,
    duration_us bigint,
    error_kind text COLLATE "C",
    error_code text COLLATE "C",
    abort_cause text COLLATE "C"
) WITH (fillfactor = 80);

CREATE TABLE node_executions (
    execution_id bigint NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    phase smallint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (execution_id, node_id)
) WITH (fillfactor = 70);

CREATE TABLE task_executions (
    execution_id bigint NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    retry_attempt bigint NOT NULL,
    task_name text COLLATE "C" NOT NULL,
    task_version text COLLATE "C" NOT NULL,
    task_project text COLLATE "C" NOT NULL,
    task_domain text COLLATE "C" NOT NULL,
    phase smallint NOT NULL,
    phase_version bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (execution_id, node_id, retry_attempt, task_name, task_version, task_project, task_domain)
) WITH (fillfactor = 80);

-- Positions are handed out under one advisory lock that is held until the commit, so they are commit-ordered.
CREATE TABLE events (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    execution_id bigint NOT NULL,
    shard smallint NOT NULL,
    kind smallint NOT NULL,
    phase smallint NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    request bytea NOT NULL
);

CREATE INDEX events_by_shard ON events (shard, position);

CREATE TABLE projects (
    id text COLLATE "C" PRIMARY KEY,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE catalog_entities (
    kind smallint NOT NULL,
    project text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    body bytea NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (kind, project, domain, name, version)
);

CREATE UNIQUE INDEX catalog_active ON catalog_entities (project, domain, name) WHERE active;

CREATE TABLE destinations (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL CONSTRAINT destinations_key UNIQUE,
    channel text COLLATE "C" NOT NULL,
    owner text COLLATE "C",
    lease_until timestamptz,
    fence bigint NOT NULL DEFAULT 0,
    parked_since timestamptz,
    parked_reason smallint,
    parked_detail text COLLATE "C",
    snapshot text COLLATE "C"
) WITH (fillfactor = 50);

CREATE TABLE deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id text COLLATE "C" NOT NULL CONSTRAINT deliveries_key UNIQUE,
    execution_id bigint NOT NULL,
    event_position bigint NOT NULL,
    phase smallint NOT NULL,
    notification integer NOT NULL,
    channel text COLLATE "C" NOT NULL,
    target text COLLATE "C",
    address text COLLATE "C" NOT NULL,
    destination_id bigint NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    subject text COLLATE "C" NOT NULL DEFAULT '',
    receipt text COLLATE "C",
    attempts integer NOT NULL DEFAULT 0,
    step integer NOT NULL DEFAULT 0,
    claim_fence bigint,
    due_at timestamptz,
    replayed boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    active_since timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 80);

-- 1 = pending, 3 = sending, 7 = dead.
CREATE INDEX deliveries_untried ON deliveries (destination_id, id) WHERE state = 1 AND due_at IS NULL;
CREATE INDEX deliveries_due ON deliveries (destination_id, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX deliveries_sending ON deliveries (destination_id, id) WHERE state = 3;
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 7;
CREATE INDEX deliveries_of_execution ON deliveries (execution_id);

CREATE TABLE delivery_attempts (
    delivery bigint NOT NULL,
    number integer NOT NULL,
    started_at timestamptz NOT NULL,
    latency_us bigint NOT NULL,
    outcome smallint NOT NULL,
    reason smallint NOT NULL,
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (delivery, number)
);
