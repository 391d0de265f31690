-- One try to be paid through a provider; the document of the same id says the rest.
create table payment_attempt (
    id uuid primary key,
    order_id uuid not null,
    provider text not null,
    idem_key text not null unique,
    receipt text not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null check (currency in ('USD', 'GYD')),
    state text not null
        check (state in ('created', 'submitted', 'pending', 'unknown', 'confirmed', 'failed', 'expired')),
    reference text,
    charge text,
    look_at timestamptz,
    created_at timestamptz not null,
    -- never stuck: what is live is looked at again, what is final is not
    check ((state in ('created', 'submitted', 'pending', 'unknown')) = (look_at is not null)),
    check (state <> 'confirmed' or reference is not null)
);
-- two that are live at once could charge a customer twice
create unique index payment_one_live on payment_attempt (order_id)
    where state in ('created', 'submitted', 'pending', 'unknown');
create unique index payment_reference on payment_attempt (provider, reference);
create unique index payment_charge on payment_attempt (provider, charge);
create index payment_due on payment_attempt (look_at) where look_at is not null;

-- The sum and the key of an attempt never change, and nothing makes paid what was not, or unpaid what was.
create function payment_keeps_its_word() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'payment attempts are never removed' using errcode = 'insufficient_privilege';
    end if;
    if (old.order_id, old.provider, old.idem_key, old.amount_minor, old.currency)
        is distinct from (new.order_id, new.provider, new.idem_key, new.amount_minor, new.currency)
        or (old.state = 'confirmed' and new.state <> 'confirmed')
        or (old.reference is not null and new.reference is distinct from old.reference) then
        raise exception 'payment attempt % may not change like this', old.id using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger payment_attempt_keeps_its_word before update or delete on payment_attempt
    for each row execute function payment_keeps_its_word();

-- What providers sent, each once, as it came.
create table webhook_event (
    provider text not null,
    id text not null check (length(id) between 1 and 255),
    type text not null,
    body bytea not null,
    received_at timestamptz not null,
    worked_at timestamptz,
    primary key (provider, id)
);
create index webhook_event_waiting on webhook_event (received_at) where worked_at is null;
