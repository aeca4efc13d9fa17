{# How long a call takes, and how long its customer waits for news. #}
{% macro call_time_metrics() %}
    {% do return([
        {
            'id': 'M-10', 'version': 1, 'name': 'Average handle time',
            'formula': 'sum of talk + hold + wrap seconds, else duration / engaged calls',
            'fact': 'calls', 'kind': 'mean',
            'denominator': 'is_engaged', 'numerator': 'handle_seconds',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'seconds', 'grain': 'call, week of the call',
            'source': 'mean with median and 90th percentile; interval of the mean by its standard error',
        },
        {
            'id': 'M-10a', 'version': 1, 'name': 'Handle time of the agent',
            'formula': 'seconds from the answer to the transfer, else to the end / engaged calls that no person answered',
            'fact': 'calls', 'kind': 'mean',
            'denominator': 'is_engaged and agent_seconds >= 0', 'numerator': 'agent_seconds',
            'window_hours': 0, 'is_published_provisional': true, 'is_agent_only': true,
            'direction': 'none', 'unit': 'seconds', 'grain': 'call, week of the call',
            'source': 'the work of the agent after the call keeps nobody waiting and is left out',
        },
        {
            'id': 'M-10h', 'version': 1, 'name': 'Handle time of people',
            'formula': 'talk + hold + wrap seconds of calls that people answered, else seconds from a transfer that'
                ~ ' connected to the end, plus wrap / engaged calls with such a time',
            'fact': 'calls', 'kind': 'mean',
            'denominator': 'is_engaged and human_seconds >= 0', 'numerator': 'human_seconds',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'seconds', 'grain': 'call, week of the call',
            'source': 'what a transfer still costs; unknown where the transfer has no time before the end of the call',
        },
        {
            'id': 'M-11', 'version': 1, 'name': 'Time from call to customer update',
            'formula': 'median minutes from the end of the call to the first delivered message about the same order or'
                ~ ' ticket that is no automatic recap, over engaged calls that owe an update (promise made,'
                ~ ' deferred_human or an open exception)',
            'fact': 'calls', 'kind': 'duration',
            'denominator': 'owes_update', 'numerator': 'minutes_to_update', 'followup': 'update_followup_minutes',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'minutes', 'grain': 'call, week of the call',
            'source': 'Kaplan-Meier, so that calls which still wait count as waiting; null while half of them wait',
        },
        {
            'id': 'M-11h1', 'version': 1, 'name': 'Customers updated within 1 hour',
            'formula': 'engaged calls whose update of M-11 came within 1 h / engaged calls that owe an update',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'owes_update', 'numerator': 'minutes_to_update <= 60',
            'window_hours': 2, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'a promise of an hour is kept or not; published once every call has had its 1 h and one for itself',
        },
        {
            'id': 'M-11h4', 'version': 1, 'name': 'Customers updated within 4 hours',
            'formula': 'engaged calls whose update of M-11 came within 4 h / engaged calls that owe an update',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'owes_update', 'numerator': 'minutes_to_update <= 240',
            'window_hours': 5, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'a promise of an hour is kept or not; published once every call has had its 4 h and one for itself',
        },
        {
            'id': 'M-11h24', 'version': 1, 'name': 'Customers updated within 24 hours',
            'formula': 'engaged calls whose update of M-11 came within 24 h / engaged calls that owe an update',
            'fact': 'calls', 'kind': 'proportion',
            'denominator': 'owes_update', 'numerator': 'minutes_to_update <= 1440',
            'window_hours': 25, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'call, week of the call',
            'source': 'a promise of an hour is kept or not; published once every call has had its 24 h and one for itself',
        },
    ]) %}
{% endmacro %}
