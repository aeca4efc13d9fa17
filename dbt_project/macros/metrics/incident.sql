{# Metrics of incidents: who is hit, who was told, who called, and how early the calls said so. #}
{% macro incident_metrics() %}
    {% do return(
        incident_contact_metrics() + incident_account_metrics() + incident_response_metrics()
        + incident_signal_metrics()
    ) %}
{% endmacro %}


{% macro incident_contact_metrics() %}
    {% do return([
        {
            'id': 'M-33', 'version': 1, 'name': 'Ticket deflection during incident',
            'formula': 'incident contacts that created no new ticket / incident contacts',
            'fact': 'incident_contacts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'not created_new_ticket',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident contact, week of the contact',
            'source': 'by link, else by signature, affected account and time; answered or attached to an existing ticket',
        },
        {
            'id': 'M-33adj', 'version': 1, 'name': 'Ticket deflection during incident, adjusted for the spike',
            'formula': 'deflected incident contacts / incident contacts, each weighed by the share of its hour that lies'
                ~ ' above the volume expected for that hour of the week',
            'fact': 'incident_contacts', 'kind': 'mean',
            'denominator': 'excess_share > 0', 'numerator': 'case when created_new_ticket then 0.0 else 1.0 end',
            'weight': 'excess_share',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident contact, week of the contact',
            'source': 'expected from the same hour of eight earlier weeks without an incident; without any, left out',
        },
        {
            'id': 'M-33att', 'version': 1, 'name': 'Contacts attached to an existing ticket',
            'formula': 'incident contacts whose summary went to the open ticket of the customer / incident contacts of'
                ~ ' customers with an open ticket of the incident',
            'fact': 'incident_contacts', 'kind': 'proportion',
            'denominator': 'had_open_ticket', 'numerator': 'is_attached',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'incident contact, week of the contact',
            'source': 'the ticket has an event that is not by the customer until 30 minutes after the contact',
        },
        {
            'id': 'M-33dup', 'version': 1, 'name': 'New duplicate tickets during incident',
            'formula': 'incident contacts that made a new ticket although the customer had an open one; denominator:'
                ~ ' incident contacts of customers with an open ticket of the incident',
            'fact': 'incident_contacts', 'kind': 'count',
            'denominator': 'had_open_ticket', 'numerator': 'is_duplicate_ticket',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'tickets', 'grain': 'incident contact, week of the contact',
            'source': 'the other side of attaching',
        },
        {
            'id': 'M-36', 'version': 1, 'name': 'Urgent escalation rate',
            'formula': 'incident calls of urgency urgent with outcome transferred_human or deferred_human /'
                ~ ' incident contacts',
            'fact': 'incident_contacts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_urgent_escalation',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'incident contact, week of the contact',
            'source': 'many urgent escalations are wanted; read with the confirmed share',
        },
        {
            'id': 'M-36c', 'version': 1, 'name': 'Urgent escalations with confirmed severity',
            'formula': 'urgent escalations of incidents whose severity was confirmed / urgent escalations',
            'fact': 'incident_contacts', 'kind': 'proportion',
            'denominator': 'is_urgent_escalation', 'numerator': 'is_severity_confirmed',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'urgent escalation, week of the contact',
            'source': 'confirmed by as_of, whenever that was',
        },
        {
            'id': 'M-36p', 'version': 1, 'name': 'Complete escalation packets',
            'formula': 'escalated incident calls with all nine fields of the packet / escalated incident calls',
            'fact': 'incident_contacts', 'kind': 'proportion',
            'denominator': 'is_escalated', 'numerator': 'is_packet_complete',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'escalated incident call, week of the call',
            'source': 'account, product area, error message, region, urgency, business impact, similar reports, transcript'
                ~ ' link, promise; field by field in fct_incident_contacts',
        },
    ]) %}
{% endmacro %}


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


{% macro incident_facts() %}
    {% set account_dimensions = ['source', 'segment', 'region'] %}
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
            'dimensions': ['source', 'region'],
        },
        'incident_churn': {
            'relation': 'int_incident_churn', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': account_dimensions,
        },
        'incident_signals': {
            'relation': 'fct_incident_signals', 'week': 'week_start_date', 'at': 'signal_at',
            'dimensions': ['source', 'segment', 'region', 'reason_code'],
        },
        'incidents': {
            'relation': 'incident_review', 'week': 'week_start_date', 'at': 'opened_at',
            'dimensions': ['source', 'region'],
        },
    }) %}
{% endmacro %}
