-- The clock of the run and the formulas that several steps share.
-- Settings that the caller makes: variable seeds = folder of the rule tables.
set variable as_of = (select as_of from ops.run_context);
set variable zone = (select reporting_timezone from ops.run_context);
set variable snapshot_id = (select snapshot_id from ops.run_context);

create schema if not exists marts;
create schema if not exists work;
set schema = 'work';

create temp macro week_of(instant) as
    cast(date_trunc('week', instant at time zone getvariable('zone')) as date);

create temp macro week_end(monday) as
    cast(monday + interval 7 day as timestamp) at time zone getvariable('zone');

create temp macro hours_from(earlier, later) as
    (epoch_us(later) - epoch_us(earlier)) / 3600000000.0;

create temp macro plus_hours(instant, hours) as
    instant + to_microseconds(cast(hours * 3600000000 as bigint));

create temp macro known(instant) as
    case when instant <= getvariable('as_of')::timestamptz then instant end;

create temp macro z() as 1.959963984540054;

create temp macro wilson(n, d, side) as
    (
        n / d + power(z(), 2) / (2 * d)
        + side * z() * sqrt((n / d) * (1 - n / d) / d + power(z(), 2) / (4 * power(d, 2)))
    ) / (1 + power(z(), 2) / d);

create temp macro poisson_low(n) as
    case
        when n = 0 then 0.0
        else greatest(n * power(1 - 1 / (9 * n) - z() / (3 * sqrt(n)), 3), 0.0)
    end;

create temp macro poisson_high(n) as
    (n + 1) * power(1 - 1 / (9 * (n + 1)) + z() / (3 * sqrt(n + 1)), 3);

-- bound of a survival probability on the log-log scale; side 1 = lower, -1 = upper
create temp macro greenwood(survival, variance_sum, side) as
    case
        when survival > 0 and survival < 1
            then power(survival, exp(side * z() * sqrt(variance_sum) / abs(ln(survival))))
    end;
