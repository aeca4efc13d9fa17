import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Is the bot really containing?")


@app.cell
def _():
    import marimo as mo
    from _published import about, connect, interval_points, weekly_bands

    con = connect()
    return about, con, interval_points, mo, weekly_bands


@app.cell
def _(about, con, mo):
    mo.vstack(
        [
            mo.md(
                """
                # Is the bot really containing?

                A call that ends without a person is not a call that helped. Three figures, one inside the other:

                * **technical**: no person took part;
                * **functional**: and it gave an answer or took an action;
                * **verified**: and the customer did not come back about it within seven days, and no person had to
                  touch the case.

                The gap between the first two *gave up*; the gap between the last two *came back*. Verified is published
                for a week only when each of its calls has had its seven days.
                """
            ),
            about(con),
        ]
    )
    return


@app.cell
def _(con, mo, weekly_bands):
    ladder = con.sql(
        """
        select cells.week_start_date, names.metric_name as rung, cells.value, cells.ci_low, cells.ci_high,
            cells.numerator::integer as calls_contained, cells.denominator::integer as calls
        from marts.metric_weekly as cells
        inner join marts.dim_metrics as names using (metric_id, metric_version)
        where
            cells.metric_id in ('M-01a', 'M-01b', 'M-01c')
            and cells.slice_by = 'all'
            and cells.value is not null
        order by cells.metric_id, cells.week_start_date
        """
    ).df()
    mo.vstack([mo.md("## The ladder, week by week"), weekly_bands(ladder, "rung", "share of engaged inbound calls")])
    return


@app.cell
def _(con, mo):
    final_week = con.sql(
        """
        select max(week_start_date) from marts.metric_weekly
        where metric_id = 'M-01c' and slice_by = 'all' and maturity = 'final' and value is not null
        """
    ).fetchone()[0]
    gaps = con.execute(
        """
        select
            cells.reason_code,
            max(cells.denominator) filter (where cells.metric_id = 'M-01c')::integer as calls,
            round(max(cells.value) filter (where cells.metric_id = 'M-01a'), 3) as technical,
            round(max(cells.value) filter (where cells.metric_id = 'M-01b'), 3) as functional,
            round(max(cells.value) filter (where cells.metric_id = 'M-01c'), 3) as verified,
            round(max(cells.ci_low) filter (where cells.metric_id = 'M-01c'), 3) as verified_low,
            round(max(cells.ci_high) filter (where cells.metric_id = 'M-01c'), 3) as verified_high,
        from marts.metric_weekly as cells
        where
            cells.slice_by = 'reason_code'
            and cells.week_start_date = $week
        group by all
        having calls > 0
        order by calls desc, cells.reason_code
        """,
        {"week": final_week},
    ).df()
    mo.vstack(
        [
            mo.md(
                f"""
                ## By reason, in the last final week ({final_week})

                Verified counts calls with a known customer only, so it can differ from the others by who was recognised
                as well. With a handful of calls the interval is almost the whole line: then nothing is known.
                """
            ),
            mo.ui.table(gaps, selection=None, page_size=15),
        ]
    )
    return (final_week,)


@app.cell
def _(con, final_week):
    # Kitagawa: the change of functional containment against the four weeks before, as a change of the rates inside the
    # reasons and a change of the mix of reasons; both parts weighted by the mean of the two periods.
    parts = con.execute(
        """
        with cells as (
            select
                reason_code,
                sum(denominator) filter (where week_start_date = $week) as n,
                sum(numerator) filter (where week_start_date = $week) as k,
                sum(denominator) filter (where week_start_date < $week) as n0,
                sum(numerator) filter (where week_start_date < $week) as k0,
            from marts.metric_weekly
            where
                metric_id = 'M-01b'
                and slice_by = 'reason_code'
                and week_start_date between $week::date - 28 and $week
            group by reason_code
        ),

        shares as (
            select
                reason_code,
                coalesce(n, 0) / sum(n) over () as share,
                coalesce(n0, 0) / sum(n0) over () as share_before,
                -- a reason without calls in one period has no rate there: all of it is mix
                coalesce(k / nullif(n, 0), k0 / nullif(n0, 0)) as rate,
                coalesce(k0 / nullif(n0, 0), k / nullif(n, 0)) as rate_before,
            from cells
        )

        select
            reason_code,
            (rate - rate_before) * (share + share_before) / 2 as by_rate,
            (share - share_before) * (rate + rate_before) / 2 as by_mix,
        from shares
        order by abs(by_rate + by_mix) desc, reason_code
        """,
        {"week": final_week},
    ).df()
    return (parts,)


@app.cell
def _(con, final_week, mo, parts):
    now, before = con.execute(
        """
        select
            sum(numerator) filter (where week_start_date = $week) / sum(denominator) filter (where week_start_date = $week),
            sum(numerator) filter (where week_start_date < $week) / sum(denominator) filter (where week_start_date < $week),
        from marts.metric_weekly
        where
            metric_id = 'M-01b'
            and slice_by = 'all'
            and week_start_date between $week::date - 28 and $week
        """,
        {"week": final_week},
    ).fetchone()
    known = before is not None
    by_rate, by_mix = parts["by_rate"].sum(), parts["by_mix"].sum()
    if known:
        # the parts add up to the whole, or the decomposition is wrong
        assert abs(by_rate + by_mix - (now - before)) < 1e-9
    mo.vstack(
        [
            mo.md(
                f"""
                ## Did the bot change, or the questions?

                Functional containment went from {before:.1%} in the four weeks before to {now:.1%}:
                **{100 * (now - before):+.1f} points**. Of this, **{100 * by_rate:+.1f}** is a change of how well calls of the same reason are
                contained, and **{100 * by_mix:+.1f}** a change of which reasons people called for.
                """
                if known
                else "There are no weeks before to compare with."
            ),
            mo.ui.table(parts.round(4), selection=None, page_size=10),
        ]
    )
    return


@app.cell
def _(con, interval_points, mo):
    # repeats after contained calls against repeats after escalated ones, finished weeks only
    repeats = con.sql(
        """
        with calls as (
            select
                case when is_contained_functional then 'contained by the bot'
                    when is_escalated then 'taken over by a person'
                    else 'given up or failed'
                end as ending,
                is_repeated_within_7d,
            from marts.fct_calls
            where
                is_engaged_inbound
                and customer_id is not null
                and repeat_followup_hours >= 168
        )

        select
            ending,
            count(*)::integer as calls,
            avg(is_repeated_within_7d::integer) as repeat_rate,
            wilson_low(sum(is_repeated_within_7d::integer)::double, count(*)) as ci_low,
            wilson_high(sum(is_repeated_within_7d::integer)::double, count(*)) as ci_high,
        from calls
        group by ending
        order by ending
        """
    ).df()
    mo.vstack(
        [
            mo.md(
                """
                ## Do contained customers come back more often than others?

                Calls that were followed for all seven days, all weeks together. Harder cases go to people, so this is no
                fair race: a higher rate after a person does not say that the person did worse.
                """
            ),
            interval_points(repeats, "ending", "repeat_rate", "came back within seven days")
            if len(repeats)
            else mo.md("No call has been followed for seven days yet."),
            mo.ui.table(repeats.round(3), selection=None),
        ]
    )
    return


if __name__ == "__main__":
    app.run()
