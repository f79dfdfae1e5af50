ALTER TABLE projects ADD COLUMN updated_at timestamptz;

-- short_description is null where an earlier release stored the row: what lists need is read from the body when the server starts.
ALTER TABLE catalog_entities
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY,
    ADD COLUMN short_description text COLLATE "C",
    ADD COLUMN task_type text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN schedule_type text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN workflow_project text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN workflow_domain text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN workflow_name text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN workflow_version text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN summary bytea,
    ADD COLUMN description bytea;

-- For lists alone. An expression, since a planner without statistics would else take these indexes for a look-up by full name.
CREATE INDEX catalog_by_creation ON catalog_entities ((project || '/' || domain), kind, created_at, id);
CREATE INDEX catalog_descriptions ON catalog_entities ((project || '/' || domain), kind, created_at, id) WHERE description IS NOT NULL;
CREATE INDEX catalog_untraited ON catalog_entities (id) WHERE short_description IS NULL;

-- What the versions of one name share.
CREATE TABLE entity_names (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind smallint NOT NULL,
    project text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    state smallint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT entity_names_key UNIQUE (kind, project, domain, name)
);

-- 2 = SYSTEM_GENERATED.
INSERT INTO entity_names (kind, project, domain, name, description, state, created_at, updated_at)
SELECT kind, project, domain, name, '', CASE WHEN kind = 2 AND name LIKE '.flytegen.%' THEN 2 ELSE 0 END, min(created_at), min(created_at)
FROM catalog_entities
GROUP BY kind, project, domain, name
ORDER BY min(created_at), kind, project, domain, name;

CREATE TABLE matchable_attributes (
    kind smallint NOT NULL,
    project text COLLATE "C" NOT NULL,
    domain text COLLATE "C" NOT NULL,
    workflow text COLLATE "C" NOT NULL,
    attributes bytea NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (kind, project, domain, workflow)
);
