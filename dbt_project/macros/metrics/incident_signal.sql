{# Metrics of the signal rule: lead, recall, precision. #}
{% macro incident_signal_metrics() %}
    {% do return([
        {
            'id': 'M-39s', 'version': 1, 'name': 'Lead time of the signal',
            'formula': 'mean minutes from the first report that fires the signal rule to the opening of the incident, over'
                ~ ' incidents with a signal; negative when the signal came later',
            'fact': 'incidents', 'kind': 'mean',
            'denominator': 'is_signalled', 'numerator': 'signal_lead_minutes',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'minutes', 'grain': 'incident, week of opening',
            'source': 'k customers with one signature in 60 minutes, or a blocked account of high value, or a known error',
        },
        {
            'id': 'M-39sr', 'version': 1, 'name': 'Recall of the signal',
            'formula': 'incidents with a signal before their resolution / incidents',
            'fact': 'incidents', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_signalled',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident, week of opening',
            'source': 'read with precision: a rule that fires always has a recall of one',
        },
        {
            'id': 'M-39sp', 'version': 1, 'name': 'Precision of the signal',
            'formula': 'signals that overlap an incident / signals',
            'fact': 'incident_signals', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_incident',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'signal, week it began',
            'source': 'reports that fire without an hour of quiet between them are one signal',
        },
    ]) %}
{% endmacro %}
