{# Metrics of accounts that an incident hit: told, answered, called again, left. #}
{% macro incident_account_metrics() %}
    {% do return([
        {
            'id': 'M-33c', 'version': 1, 'name': 'Affected-customer contact rate',
            'formula': 'accounts of the roster with an incident contact / accounts of the roster, windows that are over',
            'fact': 'incident_accounts', 'kind': 'proportion',
            'denominator': 'is_on_roster and is_window_over', 'numerator': 'count_contacts > 0',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'incident and account, week the account was known',
            'source': 'window from first impact (else detected, else opened) to 48 h after the resolution',
        },
        {
            'id': 'M-34', 'version': 1, 'name': 'Affected customers updated',
            'formula': 'accounts of the roster with a delivered approved update / accounts of the roster by as_of',
            'fact': 'incident_accounts', 'kind': 'proportion',
            'denominator': 'is_on_roster', 'numerator': 'is_updated',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident and account, week the account was known',
            'source': 'the roster is versioned: its denominator grows',
        },
        {
            'id': 'M-34s', 'version': 1, 'name': 'Affected customers updated, by stage',
            'formula': 'accounts with a delivered approved update of the stage / accounts known before the next stage',
            'fact': 'incident_stages', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_updated',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident, account and stage, week it was owed from',
            'source': 'each stage has the denominator of its time',
        },
        {
            'id': 'M-35', 'version': 1, 'name': 'Update speed',
            'formula': 'median minutes from the change of stage (or, when later, from the account being known) to the'
                ~ ' delivered approved update of that stage',
            'fact': 'incident_stages', 'kind': 'duration',
            'denominator': 'true', 'numerator': 'minutes_to_update', 'followup': 'followup_minutes',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'incident, account and stage, week it was owed from',
            'source': 'Kaplan-Meier: accounts that were never told still wait; null while half of them wait',
        },
        {
            'id': 'M-35d', 'version': 1, 'name': 'Detection to first update',
            'formula': 'median minutes from detection (else opening) to the first delivered approved update of the account',
            'fact': 'incident_accounts', 'kind': 'duration',
            'denominator': 'is_on_roster', 'numerator': 'minutes_to_first_update',
            'followup': 'first_update_followup_minutes',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'incident and account, week the account was known',
            'source': 'Kaplan-Meier; impact measure d',
        },
        {
            'id': 'M-35e', 'version': 1, 'name': 'Churn of affected accounts within 30 days',
            'formula': 'accounts of the roster that left within 720 h after the incident began / accounts of the roster that'
                ~ ' had not left before',
            'fact': 'incident_accounts', 'kind': 'survival',
            'denominator': 'is_on_roster and not had_left_before', 'numerator': 'is_churned_30d',
            'event_hours': 'hours_to_churn', 'followup_hours': 'churn_followup_hours',
            'window_hours': 720, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'incident and account, week the account was known',
            'source': 'impact measure e; with the unaffected beside it in M-39',
        },
        {
            'id': 'M-37', 'version': 1, 'name': 'Repeat incident contacts',
            'formula': 'accounts with two or more incident contacts / accounts with an incident contact, windows that are'
                ~ ' over',
            'fact': 'incident_accounts', 'kind': 'proportion',
            'denominator': 'count_contacts > 0 and is_window_over', 'numerator': 'is_repeat_caller',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'incident and account, week the account was known',
            'source': 'legs, merged tickets, tests and reconnects are no contacts, as for repeats',
        },
        {
            'id': 'M-38', 'version': 1, 'name': 'Customer acknowledgement rate',
            'formula': 'accounts that clicked, replied or acknowledged / accounts with a delivered approved update',
            'fact': 'incident_accounts', 'kind': 'proportion',
            'denominator': 'is_updated', 'numerator': 'is_acknowledged',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident and account, week the account was known',
            'source': 'of any approved update of the incident',
        },
    ]) %}
{% endmacro %}
