-- How far each scope was at some time: what is gone since before needs no time of its own.
create table scope_mark (
    scope text not null,
    at timestamptz not null,
    seq bigint not null,
    primary key (scope, at)
);
-- the rows that are gone, alone
create index sync_gone on sync_row (scope, seq) where op <> 'u';

-- Upkeep that one of several central processes does: when it was last begun.
create table upkeep (
    task text primary key,
    begun_at timestamptz not null
);
