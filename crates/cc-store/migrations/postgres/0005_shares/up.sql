-- Domains keep the order in which they were shared.
ALTER TABLE domain_shares ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE domain_shares SET position = (
    SELECT COUNT(*) FROM domain_shares AS others
    WHERE others.domain_id = domain_shares.domain_id AND others.organization_id < domain_shares.organization_id
);

-- An annotation may hold nothing and yet be there.
ALTER TABLE annotations ALTER COLUMN value DROP NOT NULL;
