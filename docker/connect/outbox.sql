-- The table of a transactional outbox. A service inserts a row in the transaction that changes its own
-- tables; nothing else is needed: no trigger, no second connection. Debezium reads the write-ahead log.
CREATE TABLE outbox (
    id            uuid        PRIMARY KEY DEFAULT gen_random_uuid(),
    aggregatetype text        NOT NULL,  -- case, call, complaint: for people
    aggregateid   text        NOT NULL,  -- the subject: decides the partition
    type          text        NOT NULL,  -- case.opened
    payload       jsonb       NOT NULL,  -- the event's data
    at            timestamptz NOT NULL DEFAULT now(),        -- when it happened
    n             bigint      GENERATED ALWAYS AS IDENTITY   -- orders the connector's first reading, its snapshot
);
