-- What lies on the shelves: never more is promised than is there.
create table stock (
    location text not null,
    product uuid not null,
    version integer not null check (version > 0),
    on_hand integer not null check (on_hand >= 0),
    reserved integer not null check (reserved >= 0),
    leased integer not null check (leased >= 0),
    -- what desks were last told of it, and whether they must be told anew
    shown text check (shown in ('0', '1-3', '4-9', '10+')),
    shown_at timestamptz,
    shown_version integer not null default 0,
    stale boolean not null default false,
    primary key (location, product),
    check (on_hand - reserved - leased >= 0)
);
create index stock_stale on stock (shown_at) where stale;

-- What is held for a cart in checkout until its time is over, or for an order until it is handed over.
create table reservation (
    holder uuid not null,
    line uuid not null,
    location text not null,
    product uuid not null,
    quantity integer not null check (quantity > 0),
    until timestamptz,
    primary key (holder, line),
    foreign key (location, product) references stock
);
create index reservation_of_shelf on reservation (location, product);

-- What a desk may sell by itself.
create table lease (
    device uuid not null references device (id),
    product uuid not null,
    location text not null,
    version integer not null check (version > 0),
    quantity integer not null check (quantity >= 0),
    used integer not null check (used between 0 and quantity),
    expires_at timestamptz not null,
    primary key (device, product),
    foreign key (location, product) references stock
);
create index lease_of_shelf on lease (location, product);
create index lease_by_end on lease (expires_at) where used < quantity;

-- What is promised adds up, whoever writes it.
create function stock_adds_up() returns trigger language plpgsql as $$
declare
    shelf record;
begin
    if tg_op <> 'INSERT' then
        shelf := old;
    else
        shelf := new;
    end if;
    if exists (
        select 1 from stock s where s.location = shelf.location and s.product = shelf.product and (
            s.reserved <> (select coalesce(sum(r.quantity), 0) from reservation r
                           where r.location = s.location and r.product = s.product)
            or s.leased <> (select coalesce(sum(l.quantity - l.used), 0) from lease l
                            where l.location = s.location and l.product = s.product))
    ) then
        raise exception 'what is promised of % at % does not add up', shelf.product, shelf.location
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
create constraint trigger stock_must_add_up after update of reserved, leased on stock
    deferrable initially deferred for each row
    when (old.reserved <> new.reserved or old.leased <> new.leased) execute function stock_adds_up();
create constraint trigger stock_must_add_up_anew after insert on stock
    deferrable initially deferred for each row
    when (new.reserved <> 0 or new.leased <> 0) execute function stock_adds_up();
create constraint trigger reservation_must_add_up after insert or update or delete on reservation
    deferrable initially deferred for each row execute function stock_adds_up();
create constraint trigger lease_must_add_up after insert or update or delete on lease
    deferrable initially deferred for each row execute function stock_adds_up();

-- How much was asked for, by day: what leases are sized by.
create table stock_sold (
    location text not null,
    product uuid not null,
    sold_on date not null,
    quantity integer not null check (quantity > 0),
    primary key (location, sold_on, product)
);

-- What people said of the shelves: counted, received, handed over.
create table stock_fact (
    command uuid primary key,
    name text not null,
    location text not null,
    product uuid not null,
    quantity integer not null check (quantity >= 0),
    said_at timestamptz not null,
    said_by uuid not null
);
create trigger stock_fact_is_append_only before update or delete or truncate on stock_fact
    for each statement execute function never_changed();
