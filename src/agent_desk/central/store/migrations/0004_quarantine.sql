-- The public half of the key by which a desk proves that it is itself without a session.
alter table device add column key bytea check (length(key) = 32);
alter table device add column handed_over_at timestamptz;

-- What revoked desks had not sent, as they said it: for a person to look at, never applied by itself.
create table quarantine (
    device uuid not null references device (id),
    id uuid not null,
    generation integer not null,
    n bigint not null,
    envelope bytea not null,
    case_id uuid not null references exception_case (id),
    received_at timestamptz not null,
    primary key (device, id)
);
