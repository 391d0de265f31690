-- Whole scopes as files: made by one process, sent by all, kept over restarts.
create table snapshot (
    scope text not null,
    seq bigint not null,
    schema integer not null,
    rows integer not null,
    size integer not null,
    sha256 text not null,
    blocks jsonb not null,
    built_at timestamptz not null,
    data bytea not null,
    primary key (scope, seq)
);
-- folded already
alter table snapshot alter column data set storage external;
