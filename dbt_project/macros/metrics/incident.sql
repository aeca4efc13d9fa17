{# Metrics of incidents, put together from the files incident_*.sql, and the facts that hold their units. #}
{% macro incident_metrics() %}
    {% do return(
        incident_contact_metrics() + incident_account_metrics() + incident_response_metrics()
        + incident_signal_metrics()
    ) %}
{% endmacro %}


{% macro incident_facts() %}
    {% set account_dimensions = ['source', 'segment', 'region', 'phase'] %}
    {% do return({
        'incident_contacts': {
            'relation': 'fct_incident_contacts', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': metric_dimensions(),
        },
        'incident_accounts': {
            'relation': 'fct_incident_accounts', 'week': 'week_start_date', 'at': 'known_at',
            'dimensions': account_dimensions,
        },
        'incident_stages': {
            'relation': 'fct_incident_account_stages', 'week': 'week_start_date', 'at': 'owed_from_at',
            'dimensions': account_dimensions,
        },
        'incident_messages': {
            'relation': 'fct_incident_messages', 'week': 'week_start_date', 'at': 'sent_at',
            'dimensions': account_dimensions,
        },
        'incident_alerts': {
            'relation': 'fct_incident_alerts', 'week': 'week_start_date', 'at': 'sent_at',
            'dimensions': ['source', 'region', 'phase'],
        },
        'incident_churn': {
            'relation': 'int_incident_churn', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': account_dimensions,
        },
        'incident_signals': {
            'relation': 'fct_incident_signals', 'week': 'week_start_date', 'at': 'signal_at',
            'dimensions': ['source', 'segment', 'region', 'reason_code', 'phase'],
        },
        'incidents': {
            'relation': 'incident_review', 'week': 'week_start_date', 'at': 'opened_at',
            'dimensions': ['source', 'region', 'phase'],
        },
    }) %}
{% endmacro %}
