ALTER TABLE projects ADD COLUMN updated_at INTEGER;

-- Null where an earlier release stored the row: what lists need is read from the body when the server starts.
ALTER TABLE catalog_entities ADD COLUMN short_description TEXT;
ALTER TABLE catalog_entities ADD COLUMN task_type TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN schedule_type TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN workflow_project TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN workflow_domain TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN workflow_name TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN workflow_version TEXT NOT NULL DEFAULT '';
ALTER TABLE catalog_entities ADD COLUMN summary BLOB;
ALTER TABLE catalog_entities ADD COLUMN description BLOB;
CREATE INDEX catalog_by_creation ON catalog_entities (kind, project, domain, created_at);
CREATE INDEX catalog_descriptions ON catalog_entities (kind, project, domain, created_at) WHERE description IS NOT NULL;
CREATE INDEX catalog_untraited ON catalog_entities (id) WHERE short_description IS NULL;

-- What the versions of one name share.
CREATE TABLE entity_names (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  state INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (kind, project, domain, name)
);

-- 2 = SYSTEM_GENERATED.
INSERT INTO entity_names (kind, project, domain, name, description, state, created_at, updated_at)
SELECT kind, project, domain, name, '', CASE WHEN kind = 2 AND name GLOB '.flytegen.*' THEN 2 ELSE 0 END, min(created_at), min(created_at)
FROM catalog_entities
GROUP BY kind, project, domain, name
ORDER BY min(id);

CREATE TABLE matchable_attributes (
  kind INTEGER NOT NULL,
  project TEXT NOT NULL,
  domain TEXT NOT NULL,
  workflow TEXT NOT NULL,
  attributes BLOB NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (kind, project, domain, workflow)
) WITHOUT ROWID;
