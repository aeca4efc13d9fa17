{# Metrics of how an incident was handled: statements, times, alerts, churn against the others. #}
{% macro incident_response_metrics() %}
    {% set metrics = [
        {
            'id': 'M-34u', 'version': 1, 'name': 'Unapproved incident statements',
            'formula': 'incident updates sent without an approval, with one that no update of the incident has, or after it'
                ~ ' had expired; denominator: incident updates sent',
            'fact': 'incident_messages', 'kind': 'count',
            'denominator': 'true', 'numerator': 'not is_approved',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'messages', 'grain': 'message, week it was sent',
            'source': 'must be 0',
        },
        {
            'id': 'M-35a', 'version': 1, 'name': 'Time to detect an incident',
            'formula': 'median minutes from the first report by a customer to the opening, over incidents that a customer'
                ~ ' reported before they were opened',
            'fact': 'incidents', 'kind': 'duration',
            'denominator': 'minutes_report_to_opened is not null', 'numerator': 'minutes_report_to_opened',
            'followup': 'minutes_report_to_opened',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'incident, week of opening',
            'source': 'impact measure a; detection from the first impact stands in incident_review',
        },
        {
            'id': 'M-35b', 'version': 1, 'name': 'Time to assign an incident',
            'formula': 'median minutes from opening to assignment',
            'fact': 'incidents', 'kind': 'duration',
            'denominator': 'true', 'numerator': 'minutes_to_assign', 'followup': 'assign_followup_minutes',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'incident, week of opening',
            'source': 'impact measure b; Kaplan-Meier, incidents nobody took still wait',
        },
        {
            'id': 'M-35c', 'version': 1, 'name': 'Duplicate reports per incident',
            'formula': 'incident contacts after the first one / incidents',
            'fact': 'incidents', 'kind': 'mean',
            'denominator': 'true', 'numerator': 'count_duplicate_reports',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'contacts per incident', 'grain': 'incident, week of opening',
            'source': 'impact measure c',
        },
        {
            'id': 'M-39o', 'version': 1, 'name': 'Alerts in the agreed order',
            'formula': 'Slack and e-mail alerts after a ticket, and pages after a ticket and then such an alert / alerts'
                ~ ' about incidents and all pages',
            'fact': 'incident_alerts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_in_order',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'alert, week it was sent',
            'source': 'ticket, then Slack or engineering review, then on-call',
        },
        {
            'id': 'M-39pg', 'version': 1, 'name': 'Pages without confirmed severity',
            'formula': 'pages without a severity rule or before the severity of the incident was confirmed; denominator: pages',
            'fact': 'incident_alerts', 'kind': 'count',
            'denominator': 'is_page', 'numerator': 'not is_severity_confirmed',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'pages', 'grain': 'page, week it was sent',
            'source': 'people are paged for confirmed severity only',
        },
    ] %}
    {% for days, suffix in [(30, ''), (60, 'd60'), (90, 'd90')] %}
        {% do metrics.append({
            'id': 'M-39' ~ suffix, 'version': 1, 'name': 'Post-incident churn risk within ' ~ days ~ ' days',
            'formula': 'share of affected accounts that left within ' ~ days ~ ' days after the incident began, less that of'
                ~ ' unaffected customers weighed to the same segments and regions',
            'fact': 'incident_churn', 'kind': 'difference',
            'denominator': 'observed_hours >= ' ~ days * 24, 'arm': 'is_affected',
            'units': 'count_accounts', 'numerator': 'count_churned_' ~ days, 'weight': 'weight',
            'window_hours': days * 24, 'is_published_provisional': false,
            'direction': 'down', 'unit': 'difference of shares', 'grain': 'incident and account, week of opening',
            'source': 'an association; incidents that were not observed that long are left out',
        }) %}
    {% endfor %}
    {% do return(metrics) %}
{% endmacro %}
