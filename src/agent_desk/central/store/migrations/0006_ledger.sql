-- The ledger of every movement of money. An entry is whole: in each currency its postings add up to nothing.
create table ledger_entry (
    id uuid primary key,
    kind text not null,
    subject uuid not null,
    branch text not null,
    desk text not null,
    happened_at timestamptz not null,
    -- the day it counts to at its branch, which is not closed yet when it is entered
    booked_on date not null,
    entered_by uuid not null,
    command uuid not null,
    gyd_per_usd numeric check (gyd_per_usd > 0)
);
create index ledger_entry_of_day on ledger_entry (branch, booked_on);
create index ledger_entry_of_subject on ledger_entry (subject);

-- How far the books of a branch are closed.
create table ledger_branch (
    branch text primary key,
    closed_until date not null default '-infinity'
);

-- What a closed day came to, account by account; tills one by one.
create table ledger_day (
    branch text not null,
    day date not null,
    closed_at timestamptz not null,
    entries integer not null,
    primary key (branch, day)
);
create table ledger_day_total (
    branch text not null,
    day date not null,
    account text not null,
    currency text not null check (currency in ('USD', 'GYD')),
    minor bigint not null,
    primary key (branch, day, account, currency),
    foreign key (branch, day) references ledger_day
);

alter table cash_received add column till uuid;

-- what was taken before is entered as it was posted
insert into ledger_entry
    select c.tender, 'cash_taken', c.order_id, coalesce(d.branch, ''), c.desk, c.taken_at,
        ((c.taken_at at time zone 'UTC') - interval '4 hours')::date, c.taken_by, c.command, c.gyd_per_usd
    from cash_received c left join device d on d.desk = c.desk;
alter table posting drop constraint posting_entry_fkey;
alter table posting add foreign key (entry) references ledger_entry (id);
create index posting_of_account on posting (account, currency) include (minor);

create function ledger_entry_is_whole() returns trigger language plpgsql as $$
begin
    if not exists (select 1 from posting where entry = new.id) then
        raise exception 'entry % has no postings', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger ledger_entry_must_be_whole after insert on ledger_entry
    deferrable initially deferred for each row execute function ledger_entry_is_whole();

-- what is posted into a closed day would change it unseen
create or replace function posting_balances() returns trigger language plpgsql as $$
begin
    if exists (select 1 from posting where entry = new.entry group by currency having sum(minor) <> 0) then
        raise exception 'the postings of % do not balance', new.entry using errcode = 'check_violation';
    end if;
    if exists (
        select 1 from ledger_entry e join ledger_branch b on b.branch = e.branch
        where e.id = new.entry and e.booked_on <= b.closed_until
    ) then
        raise exception '% was entered into a closed day', new.entry using errcode = 'check_violation';
    end if;
    return null;
end $$;

create trigger ledger_entry_is_append_only before update or delete or truncate on ledger_entry
    for each statement execute function never_changed();
create trigger ledger_day_is_append_only before update or delete or truncate on ledger_day
    for each statement execute function never_changed();
create trigger ledger_day_total_is_append_only before update or delete or truncate on ledger_day_total
    for each statement execute function never_changed();

-- How far the house's rate lies above what its source says: central's own knowledge, never sent to a desk.
create table exchange_rate_terms (
    rate uuid primary key,
    spread_percent numeric not null check (spread_percent > -100),
    set_by uuid not null,
    set_at timestamptz not null
);
create trigger exchange_rate_terms_is_append_only before update or delete or truncate on exchange_rate_terms
    for each statement execute function never_changed();
