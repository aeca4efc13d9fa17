{# Metrics of whom calls were escalated to and by whom, of look-ups and of links. #}
{% macro escalation_metrics() %}
    {% do return([
        {
            'id': 'M-08s', 'version': 1, 'name': 'Escalations to support',
            'formula': 'calls with outcome transferred_human or deferred_human whose target is support / engaged '
                ~ 'inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_target = \'support\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        },
        {
            'id': 'M-08o', 'version': 1, 'name': 'Escalations to operations',
            'formula': 'calls with outcome transferred_human or deferred_human whose target is operations / '
                ~ 'engaged inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_target = \'operations\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        },
        {
            'id': 'M-08a', 'version': 1, 'name': 'Escalations to account owners',
            'formula': 'calls with outcome transferred_human or deferred_human whose target is account_owner / '
                ~ 'engaged inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_target = \'account_owner\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        },
        {
            'id': 'M-08i', 'version': 1, 'name': 'Escalations to incident owners',
            'formula': 'calls with outcome transferred_human or deferred_human whose target is incident_owner / '
                ~ 'engaged inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_target = \'incident_owner\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        },
        {
            'id': 'M-08u', 'version': 1, 'name': 'Escalations to nobody known',
            'formula': 'calls with outcome transferred_human or deferred_human whose target is unknown / engaged '
                ~ 'inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_target = \'unknown\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'the words that name a target stand in escalation_targets; the targets add up to M-08',
        },
        {
            'id': 'M-08c', 'version': 1, 'name': 'Escalations that the customer asked for',
            'formula': 'calls with outcome transferred_human or deferred_human whose initiator is customer / '
                ~ 'engaged inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_initiator = \'customer\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'asked for a person, else met a rule, else the agent itself; the three add up to M-08',
        },
        {
            'id': 'M-08r', 'version': 1, 'name': 'Escalations that a rule asked for',
            'formula': 'calls with outcome transferred_human or deferred_human whose initiator is policy_rule / '
                ~ 'engaged inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_initiator = \'policy_rule\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'asked for a person, else met a rule, else the agent itself; the three add up to M-08',
        },
        {
            'id': 'M-08g', 'version': 1, 'name': 'Escalations that the agent chose',
            'formula': 'calls with outcome transferred_human or deferred_human whose initiator is ai / engaged '
                ~ 'inbound calls',
            'fact': 'escalations', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_escalated and escalation_initiator = \'ai\'',
            'is_agent_only': true,
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'engaged inbound call, week of the call',
            'source': 'asked for a person, else met a rule, else the agent itself; the three add up to M-08',
        },
        {
            'id': 'M-10ko', 'version': 1, 'name': 'Orders found',
            'formula': 'look-ups of the kind order that brought a record / look-ups of that kind in engaged '
                ~ 'inbound calls',
            'fact': 'lookups', 'kind': 'proportion',
            'denominator': 'lookup_kind = \'order\'', 'numerator': 'is_found',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'look-up, week of the call',
            'source': 'the words that name a kind stand in lookup_kinds',
        },
        {
            'id': 'M-10kf', 'version': 1, 'name': 'Fulfilment found',
            'formula': 'look-ups of the kind fulfilment that brought a record / look-ups of that kind in engaged '
                ~ 'inbound calls',
            'fact': 'lookups', 'kind': 'proportion',
            'denominator': 'lookup_kind = \'fulfilment\'', 'numerator': 'is_found',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'look-up, week of the call',
            'source': 'the words that name a kind stand in lookup_kinds',
        },
        {
            'id': 'M-10kp', 'version': 1, 'name': 'Payments found',
            'formula': 'look-ups of the kind payment that brought a record / look-ups of that kind in engaged '
                ~ 'inbound calls',
            'fact': 'lookups', 'kind': 'proportion',
            'denominator': 'lookup_kind = \'payment\'', 'numerator': 'is_found',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'look-up, week of the call',
            'source': 'the words that name a kind stand in lookup_kinds',
        },
        {
            'id': 'M-10ke', 'version': 1, 'name': 'Eligibility told',
            'formula': 'look-ups of the kind eligibility that brought a record / look-ups of that kind in '
                ~ 'engaged inbound calls',
            'fact': 'lookups', 'kind': 'proportion',
            'denominator': 'lookup_kind = \'eligibility\'', 'numerator': 'is_found',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'look-up, week of the call',
            'source': 'the words that name a kind stand in lookup_kinds',
        },
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
