-- Whose cash it was, so that what one customer gives on one day is seen together.
alter table cash_received add column customer uuid;
create index cash_of_customer on cash_received (customer, taken_at) where customer is not null;
