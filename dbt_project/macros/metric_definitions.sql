{#
    The one place where metrics are defined: a file per workflow in metrics/, put together here. The SQL of the metric
    models, the registry dim_metrics and its documentation derive from these lists; a change of meaning is a new version.

    id, version   name of the metric and of this definition of it
    fact          where its units live: a key of metric_facts()
    kind          how a cell of units becomes a value:
                  proportion  units with the numerator / units, Wilson interval
                  survival    proportion in final weeks; in provisional weeks 1 - S(window) of Kaplan and Meier
                  mean        sum of the numerator / units, with standard deviation, median and 90th percentile
                  recurrence  mean in final weeks; in provisional weeks the mean cumulative function
                  duration    Kaplan-Meier median of the numerator (minutes), units without it censored at followup
                  count       number of units with the numerator; the units stand beside it as denominator
                  rate        numerator / denominator of cells that are already counted
                  difference  share with the numerator among units of the arm less that among the others, Newcombe interval;
                              published as events beyond those expected (numerator) / units of the arm
                  weighted    sum of the weights of units with the numerator / sum of the weights; published beside the units
                  ratio       sum of the numerator / sum of the weight, both amounts of the units, as a share;
                              published as value x units (numerator) / units
                  deflection  1 - numerator / what the baseline lets expect (ticket_deflection_weekly), interval on the
                              logarithm; published as value x units (numerator) / units
    denominator   SQL condition on the fact: which rows are units of the metric
    numerator     SQL condition (proportion, survival, count) or number (mean, recurrence, duration) on the fact
    event_hours, followup_hours   survival: hours to the event, null without one; hours the unit was observed
    units, weight difference: number of units a row of the fact stands for (the numerator is then that of their events), and
                  what a unit of the other arm counts; mean: weight of a unit. All optional, 1 without them
    arm           difference: SQL condition on the fact, true for the units of the arm that is judged
    weight        weighted: SQL number on the fact, how many units one stands for
    weight        ratio: SQL amount on the fact that the numerator is a part of
    window_hours  how long after its unit an event may still count
    is_published_provisional      whether an unfinished week has a value at all
    is_agent_only true where calls of people have no such figure (optional): no baseline in launch_phases
    must_be_zero  true where a single counted unit is one too many; the report shows pass or fail (optional)
    direction     up = higher is better, down = lower is better, none = neither

    The dbt variable metric_ids (a list) leaves all others out, so that `dbt build -s +metric_weekly` makes what those few
    need and nothing else: the benchmark compares a part of the project.
#}
{% macro metric_definitions() %}
    {% set definitions = [] %}
    {% set wanted = var('metric_ids', []) %}
    {% for workflow, metrics in [
        ('order_support', order_support_metrics()),
        ('order_exception', order_exception_metrics()),
        ('cart_recovery', cart_recovery_metrics()),
        ('incident', incident_metrics()),
        ('handoff', handoff_metrics()),
        ('policy', policy_metrics()),
    ] %}
        {% for metric in metrics if not wanted or metric.id in wanted %}
            {% do definitions.append(dict({'workflow': workflow}, **metric)) %}
        {% endfor %}
    {% endfor %}
    {% do return(definitions) %}
{% endmacro %}


{#
    Where units live: the mart, its week, the instant of the unit (for maturity) and the dimensions that apply to it;
    workflow (optional): its column with the workflow of the unit, where that is not the metric's. With definitions only
    the facts that they count.
    An order or shipment has no trigger source, owner, outcome, stage or reason, so it is not sliced by them.
#}
{% macro metric_facts(definitions=none) %}
    {% set facts = {} %}
    {% for workflow_facts in [
        order_support_facts(),
        order_exception_facts(),
        cart_recovery_facts(),
        incident_facts(),
        handoff_facts(),
        policy_facts(),
        escalation_facts(),
        feedback_facts(),
    ] %}
        {% for fact, place in workflow_facts.items() if definitions is none or definitions | selectattr('fact', 'equalto', fact) | list %}
            {% do facts.update({fact: place}) %}
        {% endfor %}
    {% endfor %}
    {% do return(facts) %}
{% endmacro %}


{% macro shipment_dimensions() %}
    {% do return(['segment', 'carrier', 'region', 'warehouse', 'product_category', 'phase']) %}
{% endmacro %}


{# Definitions of one fact and of some kinds, in the order of the list; whoever asks often hands the list over. #}
{% macro metrics_of(fact, kinds, definitions=none) %}
    {% set chosen = [] %}
    {% for metric in (metric_definitions() if definitions is none else definitions) if metric.fact == fact and metric.kind in kinds %}
        {% do chosen.append(metric) %}
    {% endfor %}
    {% do return(chosen) %}
{% endmacro %}


{#
    The models that hold the cells, as (model, its kinds): for each fact with metrics of these kinds there is a model
    int_metric_<name>_<fact>.
#}
{% macro metric_part_models() %}
    {% set names = {
        'counted': ['proportion', 'survival', 'count', 'rate'],
        'averaged': ['mean', 'recurrence'],
        'duration': ['duration'],
        'survival': ['survival'],
        'recurrence': ['recurrence'],
        'difference': ['difference'],
        'ratio': ['ratio'],
        'weighted': ['weighted'],
        'deflection': ['deflection'],
    } %}
    {% set models = [] %}
    {% set definitions = metric_definitions() %}
    {% for fact in metric_facts() %}
        {% for name, kinds in names.items() if metrics_of(fact, kinds, definitions) %}
            {% do models.append('int_metric_' ~ name ~ '_' ~ fact) %}
        {% endfor %}
    {% endfor %}
    {% do return(models) %}
{% endmacro %}
