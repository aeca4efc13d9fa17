import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Why did customers call?")


@app.cell
def _():
    import marimo as mo
    from _published import about, connect, interval_bars, interval_points

    from dagster_project.delivery.report import report_week

    con = connect()
    return about, con, interval_bars, interval_points, mo, report_week


@app.cell
def _(about, con, mo):
    mo.vstack(
        [
            mo.md(
                """
                # Why did customers call last week?

                A caller says "where is my parcel". The scans say whether it is on track, stalled, past its promise or
                was never handed over. This notebook counts what the **records confirm** (the verified reason), shows
                what changed against the four weeks before, and says where callers and records disagree.

                Every share comes with its 95 % interval. An interval that is wide says: too few calls to tell.
                """
            ),
            about(con),
        ]
    )
    return


@app.cell
def _(con, mo, report_week):
    weeks = con.sql(
        "select distinct week_start_date::varchar as week from marts.fct_calls where is_engaged_inbound order by 1 desc"
    ).df()["week"]
    picked = mo.ui.dropdown(list(weeks), value=str(report_week(con)), label="Week of Monday")
    picked
    return (picked,)


@app.cell
def _(con, picked):
    # share of each verified reason among engaged inbound calls, this week beside the four weeks before
    reasons = con.execute(
        """
        with counted as (
            select
                calls.reason_code,
                count(*) filter (where calls.week_start_date = $week)::double as calls,
                count(*) filter (where calls.week_start_date < $week)::double as calls_before,
            from marts.fct_calls as calls
            where
                calls.is_engaged_inbound
                and calls.week_start_date between $week::date - 28 and $week
            group by all
        ),

        totals as (
            select sum(calls) as n, nullif(sum(calls_before), 0) as n_before
            from counted
        )

        select
            counted.reason_code,
            codes.definition,
            codes.ops_owner as owner,
            counted.calls::integer as calls,
            counted.calls / n as share,
            wilson_low(counted.calls, n) as ci_low,
            wilson_high(counted.calls, n) as ci_high,
            counted.calls / n - calls_before / n_before as change,
            change_low(counted.calls, n, calls_before, n_before) as change_low,
            change_high(counted.calls, n, calls_before, n_before) as change_high,
            codes.reason_kind = 'leaf' as is_reason,
        from counted
        cross join totals
        left join marts.dim_reason_codes as codes using (reason_code)
        where counted.calls + counted.calls_before > 0
        order by counted.calls desc, counted.reason_code
        """,
        {"week": picked.value},
    ).df()
    return (reasons,)


@app.cell
def _(interval_bars, mo, reasons):
    top = reasons[reasons["is_reason"].fillna(False) & (reasons["calls"] > 0)].head(15)
    untold = reasons.loc[~reasons["is_reason"].fillna(False), "calls"].sum()
    total = reasons["calls"].sum()
    mo.vstack(
        [
            mo.md(
                f"""
                ## The verified reasons

                Of **{total}** engaged inbound calls, **{untold}** have no verified reason: the classifier was too unsure,
                the caller said none, or the records are silent. The rest, most frequent first:
                """
            ),
            interval_bars(top[["reason_code", "share", "ci_low", "ci_high", "calls", "owner"]], "reason_code", "share",
                          "share of engaged inbound calls"),
        ]
    )  # fmt: skip
    return


@app.cell
def _(interval_points, mo, reasons):
    changed = reasons.dropna(subset=["change"])
    changed = changed[changed["is_reason"].fillna(False)].assign(
        ci_low=changed["change_low"], ci_high=changed["change_high"]
    )
    clear = changed[(changed["ci_low"] > 0) | (changed["ci_high"] < 0)]
    chance = 0.05 * len(changed)
    mo.vstack(
        [
            mo.md(
                f"""
                ## What changed against the four weeks before

                The difference of two shares with Newcombe's interval. **{len(clear)}** of {len(changed)} reasons leave
                out zero; about {chance:.0f} would do so by chance alone, so read a single one with care. The weekly
                report controls the false discovery rate over all comparisons, this chart does not.
                """
            ),
            interval_points(
                (clear if len(clear) else changed.head(10))[
                    ["reason_code", "change", "ci_low", "ci_high", "calls", "owner"]
                ],
                "reason_code",
                "change",
                "change of the share",
            )
            if len(changed)
            else mo.md("There are no weeks before to compare with."),
        ]
    )
    return


@app.cell
def _(con, mo, picked):
    claims = con.execute(
        """
        select
            stated_reason_group as callers_said,
            count_claims as calls,
            count_confirmed as confirmed,
            count_contradicted as contradicted,
            count_not_checkable as not_checkable,
            round(contradicted_rate, 3) as contradicted_rate,
            round(ci_low, 3) as ci_low,
            round(ci_high, 3) as ci_high,
        from marts.claim_checks_weekly
        where week_start_date = $week
        order by count_claims desc, stated_reason_group
        """,
        {"week": picked.value},
    ).df()
    mo.vstack(
        [
            mo.md(
                """
                ## What they said and what is true

                The rate is over the claims that could be checked at call time. A claim that the records contradict is
                not a lie: the customer may see an old tracking page. It is a call that better information prevents.
                """
            ),
            mo.ui.table(claims, selection=None),
        ]
    )
    return


@app.cell
def _(con, mo, picked):
    # what the classifier counts, beside the same corrected by the random audit of people
    shares = con.execute(
        """
        select
            reason_code as said,
            count_calls as calls,
            round(crude_share, 3) as as_counted,
            round(corrected_share, 3) as corrected,
            round(ci_low, 3) as ci_low,
            round(ci_high, 3) as ci_high,
            count_audited as audited_calls,
        from marts.reason_shares_weekly
        where week_start_date = $week
        order by coalesce(corrected_share, crude_share) desc, reason_code
        limit 20
        """,
        {"week": picked.value},
    ).df()
    mo.vstack(
        [
            mo.md(
                """
                ## How far to trust the counts

                People check a random tenth of the calls. `corrected` is the share after taking the classifier's errors
                out; it is empty where too few calls were audited. Where `as_counted` lies outside of the interval,
                use the corrected figure.
                """
            ),
            mo.ui.table(shares, selection=None),
        ]
    )
    return


@app.cell
def _(con, mo, picked):
    examples = con.execute(
        """
        select reason_code, call_id, reason_evidence as words, round(reason_confidence, 2) as confidence, reason_claim as claim
        from marts.fct_calls
        where
            week_start_date = $week
            and is_engaged_inbound
            and reason_evidence is not null
        qualify row_number() over (partition by reason_code order by reason_confidence desc, call_id) <= 3
        order by reason_code, confidence desc, call_id
        """,
        {"week": picked.value},
    ).df()
    mo.vstack([mo.md("## Three calls of each reason"), mo.ui.table(examples, selection=None, page_size=12)])
    return


if __name__ == "__main__":
    app.run()
