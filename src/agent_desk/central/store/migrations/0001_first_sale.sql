-- One row: which life of this database it is, and the key its tokens are signed with.
create table server_meta (
    only_row boolean primary key default true check (only_row),
    epoch uuid not null,
    signing_key bytea not null check (length(signing_key) >= 32)
);

-- The feed: one counter a scope, bumped last in every transaction.
create table sync_scope (
    scope text primary key,
    seq bigint not null default 0,
    floor bigint not null default 0,
    live bigint not null default 0,
    sum numeric(20) not null default 0
) with (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create table sync_row (
    scope text not null,
    kind text not null,
    id uuid not null,
    seq bigint not null,
    version integer not null,
    op text not null check (op in ('u', 'd', 'x')),
    share bigint not null,
    body bytea,
    primary key (scope, kind, id),
    check ((op = 'u') = (body is not null))
);
create index sync_feed on sync_row (scope, seq, kind, id);

-- The present state of every aggregate, with the columns central's own questions need.
create table document (
    kind text not null,
    id uuid not null,
    version integer not null check (version >= 0),
    branch text not null,
    handle text,
    owner text,
    open boolean not null default false,
    body bytea not null,
    primary key (kind, id)
);
-- no two aggregates of a kind share a number, a code or a login
create unique index document_handle on document (kind, handle) where handle is not null;
create index document_open on document (kind, owner) where open;

create table device (
    desk text primary key,
    id uuid unique,
    branch text not null,
    generation integer not null default 0,
    status text not null default 'active' check (status in ('active', 'revoked')),
    last_n bigint not null default 0,
    last_at timestamptz,
    seen_at timestamptz
);

create table device_staff (
    device uuid not null references device (id),
    staff uuid not null,
    signed_in_at timestamptz not null,
    primary key (device, staff)
);

create table command (
    device uuid not null,
    generation integer not null,
    n bigint not null,
    id uuid not null,
    name text not null,
    staff uuid not null,
    state text not null check (state in ('applied', 'refused', 'parked')),
    ack bytea not null,
    envelope bytea,
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    primary key (device, generation, n)
);

-- for ever: a command has one effect, whatever number it comes under
create table command_id (
    id uuid primary key,
    device uuid not null,
    generation integer not null,
    n bigint not null,
    hash text not null
);

create table command_trouble (
    id uuid primary key,
    tries integer not null,
    what text not null
);

create table exception_case (
    id uuid primary key,
    kind text not null,
    sentence text not null,
    subject text not null,
    branch text not null,
    state text not null default 'open' check (state in ('open', 'settled')),
    opened_at timestamptz not null,
    command uuid not null
);

-- Cash is final: one row a tender, and postings that balance by currency.
create table cash_received (
    tender uuid primary key,
    order_id uuid not null,
    order_number text not null,
    matched boolean not null,
    desk text not null,
    receipt text not null,
    given_minor bigint not null check (given_minor >= 0),
    given_currency text not null check (given_currency in ('USD', 'GYD')),
    change_minor bigint not null check (change_minor >= 0),
    change_currency text not null check (change_currency in ('USD', 'GYD')),
    applied_minor bigint not null check (applied_minor >= 0),
    rounding_minor bigint not null,
    gyd_per_usd numeric not null check (gyd_per_usd > 0),
    taken_at timestamptz not null,
    taken_by uuid not null,
    command uuid not null
);
create index cash_of_order on cash_received (order_id);

create table posting (
    entry uuid not null references cash_received (tender),
    n smallint not null,
    account text not null,
    currency text not null check (currency in ('USD', 'GYD')),
    minor bigint not null check (minor <> 0),
    primary key (entry, n)
);

create function posting_balances() returns trigger language plpgsql as $$
begin
    if exists (select 1 from posting where entry = new.entry group by currency having sum(minor) <> 0) then
        raise exception 'the postings of % do not balance', new.entry using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger posting_must_balance after insert or update on posting
    deferrable initially deferred for each row execute function posting_balances();

-- The audit log: one chain a desk, each row sealed by the hash of the one before.
create table audit_head (
    chain text primary key,
    n bigint not null,
    hash bytea not null
);

create table audit (
    chain text not null,
    n bigint not null,
    at timestamptz not null,
    actor uuid,
    action text not null,
    subject text not null,
    outcome text not null,
    previous bytea not null,
    hash bytea not null,
    primary key (chain, n)
);

create function never_changed() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_is_append_only before update or delete or truncate on audit
    for each statement execute function never_changed();
create trigger cash_is_append_only before update or delete or truncate on cash_received
    for each statement execute function never_changed();
create trigger posting_is_append_only before update or delete or truncate on posting
    for each statement execute function never_changed();

create table staff_credential (
    staff uuid primary key,
    password_hash text not null
);

create table session (
    id uuid primary key,
    staff uuid not null,
    device uuid not null references device (id),
    token bytea not null unique,
    parent bytea,
    rotated_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    ended_why text
);

-- spent refresh tokens, so that an old one shown again is recognised as stolen
create table session_token (
    token bytea primary key,
    session uuid not null references session (id)
);
