-- Fills the slots of a phrase. An order's own thing, carrier and number are named; a caller
-- without one names others.
create or replace macro spoken_order(order_no) as
    coalesce((order_no + 100000)::varchar, 'the last one');

create or replace macro spoken_category(k, order_no) as
    pick_category(coalesce(draw(order_no, 'category'), draw(k, 'spoken category')));

create or replace macro spoken_carrier(k, customer_no, order_no) as
    pick_carrier(
        customer_region(customer_no),
        coalesce(draw(order_no, 'carrier'), draw(k, 'spoken carrier'))
    );

create or replace macro fill_slots(phrase, k, customer_no, order_no) as
    replace(replace(replace(replace(replace(replace(replace(
        phrase,
        '{order}', spoken_order(order_no)),
        '{item}', pick_item(spoken_category(k, order_no), draw(k, 'item'))),
        '{day}', pick_day(draw(k, 'day'))),
        '{carrier}', spoken_carrier(k, customer_no, order_no)),
        '{name}', customer_first_name(customer_no)),
        '{email}', customer_email(customer_no)),
        '{agent}', pick_agent(draw(k, 'agent')));

create or replace macro ticket_text(code, k, customer_no, order_no) as
    fill_slots(
        (
            select p.text
            from banks as b
            inner join phrases as p
                on p.phrase_no = b.first_no + (mix(k, 'ticket phrase') % b.size)::integer
            where b.bank_name = 'say ' || code
        ),
        k, customer_no, order_no
    );
