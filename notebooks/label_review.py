import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Label review")


@app.cell
def _():
    from datetime import UTC, datetime
    from pathlib import Path

    import marimo as mo
    from _published import about, connect

    from dagster_project.review.codes import DECISIONS, text_class_of
    from dagster_project.review.sheet import queue_lines, write_sheet

    con = connect()
    return DECISIONS, Path, UTC, about, con, datetime, mo, queue_lines, text_class_of, write_sheet


@app.cell
def _(about, con, mo):
    mo.vstack(
        [
            mo.md(
                """
                # Label review

                What the classifier was unsure of, what a policy wants a person to see, and the random audit that tells how
                often the classifier is right. Read the call, say what it was about, keep the decision; at the end save
                the sheet and bring it in:

                ```
                whycall review import decisions.csv --landing LANDING
                ```

                Judge by the **turns**, before you look at what the classifier says: an audit that agrees with the
                suggestion out of habit measures nothing. If the words do not decide it, `undecidable` is a decision too.
                """
            ),
            about(con),
        ]
    )
    return


@app.cell
def _(con, mo, queue_lines):
    # returns and refunds have no words to label: they are decided in the sheet
    lines = [line for line in queue_lines(con) if line["item_type"] == "call"]
    causes = sorted({line["cause"] for line in lines})
    cause = mo.ui.dropdown(["all", *causes], value="all", label="Cause")
    reviewer = mo.ui.text(label="Reviewer", placeholder="your id")
    mo.hstack([cause, reviewer, mo.md(f"**{len(lines)}** items wait")], justify="start", gap=2)
    return cause, lines, reviewer


@app.cell
def _(mo):
    # item_id -> what was decided; kept while the notebook is open
    get_answers, set_answers = mo.state({})
    return get_answers, set_answers


@app.cell
def _(cause, get_answers, lines, mo):
    waiting = {
        f"{line['item_id']} ({line['cause']}, waits {line['age_hours']} h of {line['sla_hours']})": line
        for line in lines
        if cause.value in ("all", line["cause"]) and line["item_id"] not in get_answers()
    }
    item = mo.ui.dropdown(waiting, value=next(iter(waiting), None), label="Call", full_width=True)
    item if waiting else mo.md("Nothing waits here.")
    return (item,)


@app.cell
def _(con, item, mo):
    turns = con.execute(
        """
        select turns.turn_no, turns.speaker, turns.text
        from raw.all_call_turns as turns
        inner join marts.review_queue as queue using (call_key)
        where queue.item_id = $item
        order by turns.turn_no
        """,
        {"item": item.value["item_id"] if item.value else None},
    ).fetchall()
    mo.vstack(
        [
            mo.hstack([mo.md(f"`{who}`"), mo.plain_text(text or "")], justify="start", align="center")
            for _, who, text in turns
        ]
    )
    return


@app.cell
def _(item, mo):
    # hidden at first, so that the reviewer reads the call before the suggestion
    chosen = item.value or {}
    mo.accordion(
        {
            "What the classifier says": mo.ui.table(
                [
                    {"": name.replace("_", " "), "value": chosen.get(name, "")}
                    for name in ("code_before", "evidence", "top_1", "top_2", "top_3", "order_state", "claim", "policy")
                ],
                selection=None,
            )
        }
    )
    return


@app.cell
def _(DECISIONS, item, mo, text_class_of):
    item  # a new call empties the form
    decision = mo.ui.radio(["by the code", *DECISIONS], value="by the code", label="Decision")
    code_after = mo.ui.dropdown(sorted(text_class_of()), label="Right code", searchable=True)
    minutes = mo.ui.number(start=0, stop=120, step=0.5, value=None, label="Minutes (if you took the time)")
    keep = mo.ui.run_button(label="Keep this decision")
    mo.hstack([decision, mo.vstack([code_after, minutes, keep])], justify="start", gap=3)
    return code_after, decision, keep, minutes


@app.cell
def _(UTC, code_after, datetime, decision, item, keep, minutes, mo, reviewer, set_answers):
    mo.stop(not keep.value)
    mo.stop(not reviewer.value.strip(), mo.md("**Write your reviewer id first.**"))
    _given = "" if decision.value == "by the code" else decision.value
    mo.stop(not _given and not code_after.value, mo.md("**Choose a code or a decision.**"))
    _answer = {
        "code_after": code_after.value or "",
        "decision": _given,
        "reviewer_id": reviewer.value.strip(),
        "minutes": str(minutes.value or ""),
        "decided_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    _item_id = item.value["item_id"]
    set_answers(lambda before: {**before, _item_id: _answer})
    return


@app.cell
def _(get_answers, lines):
    decided = [{**line, **get_answers()[line["item_id"]]} for line in lines if line["item_id"] in get_answers()]
    return (decided,)


@app.cell
def _(decided, mo):
    target = mo.ui.text(value=mo.cli_args().get("output") or "decisions.csv", label="Sheet")
    save = mo.ui.run_button(label=f"Save {len(decided)} decision{'' if len(decided) == 1 else 's'}")
    mo.vstack(
        [
            mo.md("## Decisions of this session"),
            mo.ui.table(
                [
                    {name: line[name] for name in ("item_id", "code_before", "code_after", "decision", "reviewer_id")}
                    for line in decided
                ],
                selection=None,
            )
            if decided
            else mo.md("None yet."),
            mo.hstack([target, save], justify="start"),
        ]
    )
    return save, target


@app.cell
def _(Path, decided, mo, save, target, write_sheet):
    mo.stop(not save.value or not decided)
    write_sheet(decided, Path(target.value))
    mo.md(
        f"{len(decided)} decisions in `{Path(target.value).resolve()}`; now: `whycall review import {target.value} --landing LANDING`"
    )
    return


if __name__ == "__main__":
    app.run()
