{# Metrics of incident contacts: tickets, urgency, packets. #}
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
