-- What a card paid may go back: central looks at a paid attempt again while a refund of it is open.
alter table payment_attempt add column refunding boolean not null default false;
alter table payment_attempt drop constraint payment_attempt_check;
alter table payment_attempt add constraint payment_looked_at
    check ((state in ('created', 'submitted', 'pending', 'unknown') or refunding) = (look_at is not null));
alter table payment_attempt add constraint payment_refunds_what_is_paid check (not refunding or state = 'confirmed');
