"""The tables. Times are milliseconds since the epoch, as on the wire.

Spaces, projects, experiments, samples and data sets share one table and one id sequence, which is also the
number in their permIds (contract 3.1): properties, relations, tags, history and rights then have one form.
``space_id`` and ``project_id`` are written on every row, so that visibility is a test on the row itself.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS sequences (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS persons (
    user_id TEXT PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT,
    password TEXT,                       -- scrypt; NULL: may not log in with a password
    active INTEGER NOT NULL DEFAULT 1, home_space TEXT,
    registrator TEXT, registered_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS user_groups (
    code TEXT PRIMARY KEY, description TEXT, registrator TEXT,
    registered_at INTEGER NOT NULL, modified_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS user_group_members (
    group_code TEXT NOT NULL REFERENCES user_groups ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES persons, PRIMARY KEY (group_code, user_id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS role_assignments (
    id INTEGER PRIMARY KEY, user_id TEXT REFERENCES persons, group_code TEXT REFERENCES user_groups,
    role TEXT NOT NULL, role_level TEXT NOT NULL,
    space_id INTEGER REFERENCES entities ON DELETE CASCADE,
    project_id INTEGER REFERENCES entities ON DELETE CASCADE,
    registrator TEXT, registered_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS personal_access_tokens (
    token TEXT PRIMARY KEY, owner TEXT NOT NULL REFERENCES persons, session_name TEXT NOT NULL,
    valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL, accessed_at INTEGER,
    registered_at INTEGER NOT NULL, modified_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS vocabularies (
    code TEXT PRIMARY KEY, description TEXT, internal INTEGER NOT NULL,
    registrator TEXT, registered_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vocabulary_terms (
    vocabulary TEXT NOT NULL REFERENCES vocabularies ON DELETE CASCADE, code TEXT NOT NULL, label TEXT,
    description TEXT, ordinal INTEGER NOT NULL, official INTEGER NOT NULL DEFAULT 1,
    registrator TEXT, registered_at INTEGER NOT NULL, PRIMARY KEY (vocabulary, code)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS property_types (
    code TEXT PRIMARY KEY, label TEXT, description TEXT, data_type TEXT NOT NULL,
    vocabulary TEXT REFERENCES vocabularies, sample_type TEXT, internal INTEGER NOT NULL,
    multi_value INTEGER NOT NULL DEFAULT 0, meta_data TEXT NOT NULL DEFAULT '{}',
    registrator TEXT, registered_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entity_types (
    kind TEXT NOT NULL, code TEXT NOT NULL, description TEXT, auto_code INTEGER NOT NULL DEFAULT 0,
    code_prefix TEXT NOT NULL DEFAULT '', validation_plugin TEXT, no_deletion INTEGER NOT NULL DEFAULT 0,
    main_pattern TEXT, main_path TEXT, meta_data TEXT NOT NULL DEFAULT '{}', modified_at INTEGER NOT NULL,
    PRIMARY KEY (kind, code)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS property_assignments (
    kind TEXT NOT NULL, type TEXT NOT NULL, property TEXT NOT NULL REFERENCES property_types,
    section TEXT, ordinal INTEGER NOT NULL, mandatory INTEGER NOT NULL DEFAULT 0,
    show_in_edit INTEGER NOT NULL DEFAULT 1, plugin TEXT, registrator TEXT, registered_at INTEGER NOT NULL,
    PRIMARY KEY (kind, type, property), FOREIGN KEY (kind, type) REFERENCES entity_types ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS deletions (
    id INTEGER PRIMARY KEY, reason TEXT, user_id TEXT NOT NULL, deleted_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS entities (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,                  -- SPACE PROJECT EXPERIMENT SAMPLE DATA_SET
    perm_id TEXT NOT NULL, code TEXT NOT NULL,
    identifier TEXT,                     -- NULL for data sets
    type TEXT,                           -- NULL for spaces and projects
    space_id INTEGER REFERENCES entities, project_id INTEGER REFERENCES entities,
    experiment_id INTEGER REFERENCES entities, sample_id INTEGER REFERENCES entities,
    container_id INTEGER REFERENCES entities,
    description TEXT, leader TEXT,
    frozen TEXT NOT NULL DEFAULT '',     -- space-separated flags: frozen frozenForDataSets …
    meta_data TEXT NOT NULL DEFAULT '{}',
    registrator TEXT, modifier TEXT, registered_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
    deletion_id INTEGER REFERENCES deletions
);
CREATE UNIQUE INDEX IF NOT EXISTS entities_perm_id ON entities (kind, perm_id);
CREATE UNIQUE INDEX IF NOT EXISTS entities_identifier ON entities (kind, identifier)
    WHERE identifier IS NOT NULL AND deletion_id IS NULL;
CREATE INDEX IF NOT EXISTS entities_code ON entities (kind, code);
CREATE INDEX IF NOT EXISTS entities_type ON entities (kind, type, deletion_id, id);
CREATE INDEX IF NOT EXISTS entities_space ON entities (space_id, kind);
CREATE INDEX IF NOT EXISTS entities_project ON entities (project_id, kind);
CREATE INDEX IF NOT EXISTS entities_experiment ON entities (experiment_id, kind);
CREATE INDEX IF NOT EXISTS entities_sample ON entities (sample_id);
CREATE INDEX IF NOT EXISTS entities_container ON entities (container_id);
CREATE INDEX IF NOT EXISTS entities_deletion ON entities (deletion_id) WHERE deletion_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS properties (
    entity_id INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE, code TEXT NOT NULL,
    value TEXT NOT NULL,
    folded TEXT NOT NULL,                -- case-folded: openBIS compares without case
    number REAL,                         -- for INTEGER and REAL properties
    PRIMARY KEY (entity_id, code)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS properties_text ON properties (code, folded, entity_id);
CREATE INDEX IF NOT EXISTS properties_number ON properties (code, number) WHERE number IS NOT NULL;

CREATE TABLE IF NOT EXISTS relations (
    kind TEXT NOT NULL,                  -- PARENT (parent → child), COMPONENT (container → component)
    parent_id INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE,
    child_id INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE,
    ordinal INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, parent_id, child_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS relations_child ON relations (kind, child_id, parent_id);

CREATE TABLE IF NOT EXISTS physical_data (
    data_set_id INTEGER PRIMARY KEY REFERENCES entities ON DELETE CASCADE,
    share_id TEXT NOT NULL, location TEXT NOT NULL, size INTEGER,        -- bytes
    status TEXT NOT NULL, present_in_archive INTEGER NOT NULL DEFAULT 0,
    archiving_requested INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS data_set_details (
    data_set_id INTEGER PRIMARY KEY REFERENCES entities ON DELETE CASCADE,
    kind TEXT NOT NULL,                  -- PHYSICAL CONTAINER LINK
    measured INTEGER NOT NULL DEFAULT 1, producer TEXT, produced_at INTEGER, accessed_at INTEGER
);

CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY, owner TEXT NOT NULL, code TEXT NOT NULL, description TEXT,
    registered_at INTEGER NOT NULL, UNIQUE (owner, code)
);
CREATE TABLE IF NOT EXISTS entity_tags (
    entity_id INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags ON DELETE CASCADE, PRIMARY KEY (entity_id, tag_id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY, entity_id INTEGER NOT NULL REFERENCES entities ON DELETE CASCADE,
    name TEXT NOT NULL,                  -- property code, or relation: PARENT CHILD EXPERIMENT SAMPLE …
    is_property INTEGER NOT NULL,
    value TEXT NOT NULL,                 -- old property value, or permId of the related object
    valid_from INTEGER NOT NULL, valid_to INTEGER, author TEXT
);
CREATE INDEX IF NOT EXISTS history_entity ON history (entity_id);
"""
