import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Carrier scorecard")


@app.cell
def _():
    import altair as alt
    import marimo as mo
    from _published import about, connect, interval_bars, interval_points

    con = connect()
    return about, alt, con, interval_bars, interval_points, mo


@app.cell
def _(about, con, mo):
    mo.vstack(
        [
            mo.md(
                """
                # Carrier scorecard

                Who delivers on time, who makes customers call, and would it look the same if all carriers had the same
                routes? A carrier that serves remote regions looks bad in a plain table. So there are two figures: the
                crude rate, and late parcels **observed over expected**, where a carrier is expected to be as late as all
                carriers are in the same zone, service and week.
                """
            ),
            about(con),
        ]
    )
    return


@app.cell
def _(mo):
    span = mo.ui.slider(2, 12, value=4, label="Weeks up to the last complete one", show_value=True)
    span
    return (span,)


@app.cell
def _(con, span):
    # on-time cells of the last complete weeks: metric M-32 by carrier and region
    con.execute(
        """
        create or replace temp table lanes as
        select
            cells.carrier,
            cells.region,
            cells.week_start_date,
            cells.denominator as due,
            cells.denominator - cells.numerator as late,
        from marts.metric_weekly as cells
        cross join ops.run_context as run
        where
            cells.metric_id = 'M-32'
            and cells.slice_by = 'carrier+region'
            and cells.carrier <> 'unknown'
            and cells.week_start_date + 7 <= (run.as_of at time zone run.reporting_timezone)::date
            and cells.week_start_date
                >= date_trunc('week', run.as_of at time zone run.reporting_timezone)::date - 7 * $weeks::integer
        """,
        {"weeks": span.value},
    )
    on_time = con.sql(
        """
        select
            carrier,
            sum(due)::integer as shipments,
            1 - sum(late) / sum(due) as on_time,
            1 - wilson_high(sum(late), sum(due)) as ci_low,
            1 - wilson_low(sum(late), sum(due)) as ci_high,
        from lanes
        group by carrier
        having sum(due) > 0
        order by on_time desc
        """
    ).df()
    return (on_time,)


@app.cell
def _(interval_bars, mo, on_time):
    mo.vstack(
        [
            mo.md(
                """
                ## On time, as it is

                Shipments with a first attempt on or before the original promise, of all promised in these weeks; parcels
                that are overdue and still not delivered count as late.
                """
            ),
            interval_bars(on_time, "carrier", "on_time", "on-time rate")
            if len(on_time)
            else mo.md("No shipment was due."),
        ]
    )
    return


@app.cell
def _(mo):
    period = mo.ui.dropdown(
        ["13 weeks", "week"], value="13 weeks", label="Period that ends with the last complete week"
    )
    return (period,)


@app.cell
def _(con, period):
    # marts.delivery_scorecards_weekly (M-32c): the figures of the report, nothing is computed anew here
    adjusted = con.execute(
        """
        select
            cards.subject as carrier,
            cards.units as shipments,
            cards.lates as late,
            round(cards.expected_lates, 1) as expected,
            cards.adjusted_ratio as ratio,
            cards.ci_low,
            cards.ci_high,
            cards.crude_ratio,
            cards.standing,
            cards.is_simpson,
            cards.is_rankable,
        from marts.delivery_scorecards_weekly as cards
        where
            cards.scope = 'carrier'
            and cards.period = $period
            and cards.subject <> 'unknown'
            and cards.adjusted_ratio is not null
            and cards.week_start_date = (
                select max(week_start_date) from marts.delivery_scorecards_weekly where is_final
            )
        order by ratio
        """,
        {"period": period.value},
    ).df()
    return (adjusted,)


@app.cell
def _(adjusted, interval_points, mo, period):
    cleared = adjusted[adjusted["is_simpson"]]
    small = adjusted[~adjusted["is_rankable"]]
    notes = []
    if len(cleared):
        notes.append(f"**{', '.join(cleared['carrier'])}**: the crude figure blames the routes on the carrier.")
    if len(small):
        notes.append(f"Fewer than 30 shipments, so no place in any order: {', '.join(small['carrier'])}.")
    mo.vstack(
        [
            mo.md(
                f"""
                ## On time, with equal routes

                Late parcels over those expected; 1 is as late as everybody in the same zones, services and weeks. A
                carrier whose interval leaves out 1 differs by more than chance; `standing` also allows for how much
                carriers and weeks scatter anyway (funnel limits). {" ".join(notes)}

                What is not equalised: the weight of the parcels, which no source tells.
                """
            ),
            period,
            interval_points(adjusted[["carrier", "ratio", "ci_low", "ci_high", "shipments", "late", "expected"]], "carrier",
                            "ratio", "late, observed over expected", zero=1.0, number=".1f")
            if len(adjusted)
            else mo.md("No shipment was due."),
            mo.ui.table(adjusted.round(3), selection=None),
        ]
    )  # fmt: skip
    return


@app.cell
def _(con, mo, span):
    # what each carrier costs in calls and contacts: pooled over the weeks, weighted by the denominators
    contacts = con.execute(
        """
        select
            cells.carrier,
            names.metric_name as metric,
            sum(cells.denominator)::integer as cases,
            round(sum(cells.value * cells.denominator) / sum(cells.denominator), 3) as pooled_value,
            round(min(cells.value), 3) as lowest_week,
            round(max(cells.value), 3) as highest_week,
        from marts.metric_weekly as cells
        inner join marts.dim_metrics as names using (metric_id, metric_version)
        cross join ops.run_context as run
        where
            cells.metric_id in ('M-13', 'M-04', 'M-08', 'M-30')
            and cells.slice_by = 'carrier'
            and cells.carrier <> 'unknown'
            and cells.is_rankable
            and cells.value is not null
            and not cells.is_truncated
            and cells.week_start_date
                >= date_trunc('week', run.as_of at time zone run.reporting_timezone)::date - 7 * $weeks::integer
        group by all
        order by metric, pooled_value desc
        """,
        {"weeks": span.value},
    ).df()
    mo.vstack(
        [
            mo.md(
                """
                ## What it costs in contacts

                Contacts per order, repeats, escalations and exceptions of each carrier, weeks with at least 30 cases
                only. The pooled value weighs each week by its cases; an estimate that is only a lower bound is left out.
                """
            ),
            mo.ui.table(contacts, selection=None),
        ]
    )
    return


@app.cell
def _(alt, con, mo, span):
    causes = con.execute(
        """
        select carrier, reason_code, sum(denominator)::integer as calls
        from marts.metric_weekly
        cross join ops.run_context as run
        where
            metric_id = 'M-08'
            and slice_by = 'carrier+reason_code'
            and reason_code like 'DEL.%'
            and carrier <> 'unknown'
            and week_start_date >= date_trunc('week', run.as_of at time zone run.reporting_timezone)::date - 7 * $weeks::integer
        group by all
        """,
        {"weeks": span.value},
    ).df()
    chart = (
        alt.Chart(causes)
        .mark_rect()
        .encode(
            x=alt.X("carrier:N", title=None),
            y=alt.Y("reason_code:N", title=None, axis=alt.Axis(labelLimit=280)),
            color=alt.Color("calls:Q", scale=alt.Scale(scheme="oranges")),
            tooltip=["carrier", "reason_code", "calls"],
        )
        .properties(width=420)
    )
    mo.vstack(
        [mo.md("## Why their customers call: verified delivery reasons"), chart if len(causes) else mo.md("None.")]
    )
    return


if __name__ == "__main__":
    app.run()
