-- Places apart for the apps of organizations that are entitled to them.
CREATE TABLE isolation_segments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guid TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX isolation_segments_guid_key ON isolation_segments (guid);
CREATE UNIQUE INDEX isolation_segments_name_key_key ON isolation_segments (name_key);
CREATE INDEX isolation_segments_created_at_id_idx ON isolation_segments (created_at, id);
CREATE INDEX isolation_segments_updated_at_id_idx ON isolation_segments (updated_at, id);

CREATE TABLE isolation_segment_entitlements (
    isolation_segment_id BIGINT NOT NULL REFERENCES isolation_segments (id),
    organization_id BIGINT NOT NULL REFERENCES organizations (id),
    PRIMARY KEY (isolation_segment_id, organization_id)
) WITHOUT ROWID;
CREATE INDEX isolation_segment_entitlements_organization_id_idx ON isolation_segment_entitlements (organization_id);

ALTER TABLE organizations ADD COLUMN default_isolation_segment_id BIGINT REFERENCES isolation_segments (id);
CREATE INDEX organizations_default_isolation_segment_id_idx ON organizations (default_isolation_segment_id);
ALTER TABLE spaces ADD COLUMN isolation_segment_id BIGINT REFERENCES isolation_segments (id);
CREATE INDEX spaces_isolation_segment_id_idx ON spaces (isolation_segment_id);
