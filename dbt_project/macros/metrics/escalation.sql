{# Metrics of whom calls were escalated to and by whom, of look-ups and of links. #}
{% macro escalation_metrics() %}
    {% set metrics = [] %}
    {% for id, name, target, direction in [
        ('M-08s', 'Escalations to support', 'support', 'none'),
        ('M-08o', 'Escalations to operations', 'operations', 'none'),
        ('M-08a', 'Escalations to account owners', 'account_owner', 'none'),
        ('M-08i', 'Escalations to incident owners', 'incident_owner', 'none'),
        ('M-08u', 'Escalations to nobody known', 'unknown', 'down'),
    ] %}
        {% do metrics.append(dict({
            'id': id, 'name': name, 'direction': direction,
            'formula': 'calls with outcome transferred_human or deferred_human whose target is ' ~ target
                ~ ' / engaged inbound calls',
            'numerator': "is_escalated and escalation_target = '" ~ target ~ "'",
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        }, **escalation_share())) %}
    {% endfor %}
    {% for id, name, initiator in [
        ('M-08c', 'Escalations that the customer asked for', 'customer'),
        ('M-08r', 'Escalations that a rule asked for', 'policy_rule'),
        ('M-08g', 'Escalations that the agent chose', 'ai'),
    ] %}
        {% do metrics.append(dict({
            'id': id, 'name': name, 'direction': 'none',
            'formula': 'calls with outcome transferred_human or deferred_human whose initiator is ' ~ initiator
                ~ ' / engaged inbound calls',
            'numerator': "is_escalated and escalation_initiator = '" ~ initiator ~ "'",
            'source': 'asked for a person, else met a rule, else the agent itself; the three add up to M-08',
        }, **escalation_share())) %}
    {% endfor %}
    {% for id, name, kind in [
        ('M-10ko', 'Orders found', 'order'),
        ('M-10kf', 'Fulfilment found', 'fulfilment'),
        ('M-10kp', 'Payments found', 'payment'),
        ('M-10ke', 'Eligibility told', 'eligibility'),
    ] %}
        {% do metrics.append({
            'id': id, 'version': 1, 'name': name,
            'formula': 'look-ups of the kind ' ~ kind ~ ' that brought a record / look-ups of that kind in engaged '
                ~ 'inbound calls',
            'fact': 'lookups', 'kind': 'proportion',
            'denominator': "lookup_kind = '" ~ kind ~ "'", 'numerator': 'is_found',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'look-up, week of the call',
            'source': 'the words that name a kind stand in lookup_kinds',
        }) %}
    {% endfor %}
    {% do return(metrics + [
        {
            'id': 'M-11l', 'version': 1, 'name': 'Links of calls that arrived',
            'formula': 'messages with a link of a call that were delivered within 24 h / messages with a link of '
                ~ 'a call',
            'fact': 'links', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_delivered_within_24h',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'message, week of sending',
            'source': 'the link or policy that answers a question; checkout links stand in M-20c',
        },
        {
            'id': 'M-11n', 'version': 1, 'name': 'Links of calls that were opened',
            'formula': 'messages with a link of a call that were clicked within seven days / such messages that '
                ~ 'were delivered within 24 h',
            'fact': 'links', 'kind': 'proportion',
            'denominator': 'is_delivered_within_24h', 'numerator': 'is_clicked_within_7d',
            'window_hours': 168, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'message, week of sending',
            'source': 'channels without a click count as not opened',
        },
    ]) %}
{% endmacro %}


{# What all parts of M-08 have in common. #}
{% macro escalation_share() %}
    {% do return({
        'version': 1, 'fact': 'escalations', 'kind': 'proportion', 'denominator': 'true', 'is_agent_only': true,
        'window_hours': 0, 'is_published_provisional': true,
        'unit': 'share', 'grain': 'engaged inbound call, week of the call',
    }) %}
{% endmacro %}


{% macro escalation_facts() %}
    {% do return({
        'escalations': {
            'relation': 'fct_call_escalations', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': metric_dimensions(),
        },
        'lookups': {
            'relation': 'fct_call_lookups', 'week': 'week_start_date', 'at': 'started_at',
            'dimensions': metric_dimensions(),
        },
        'links': {
            'relation': 'fct_call_links', 'week': 'week_start_date', 'at': 'sent_at',
            'dimensions': metric_dimensions(),
        },
    }) %}
{% endmacro %}
