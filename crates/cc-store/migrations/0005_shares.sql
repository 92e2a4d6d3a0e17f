-- Domains keep the order in which they were shared.
ALTER TABLE domain_shares ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE domain_shares SET position = (
    SELECT COUNT(*) FROM domain_shares AS others
    WHERE others.domain_id = domain_shares.domain_id AND others.organization_id < domain_shares.organization_id
);

-- An annotation may hold nothing and yet be there.
-- only sqlite
CREATE TABLE annotations_0005 (
    resource_kind TEXT NOT NULL,
    resource_id BIGINT NOT NULL,
    key_prefix TEXT NOT NULL,
    key_name TEXT NOT NULL,
    value TEXT,
    PRIMARY KEY (resource_kind, resource_id, key_prefix, key_name)
) WITHOUT ROWID;
INSERT INTO annotations_0005 SELECT resource_kind, resource_id, key_prefix, key_name, value FROM annotations;
DROP TABLE annotations;
ALTER TABLE annotations_0005 RENAME TO annotations;
-- only postgres
ALTER TABLE annotations ALTER COLUMN value DROP NOT NULL;
