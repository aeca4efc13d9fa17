{# Who comes back: repeats, reconnects and episodes. #}
{% macro repeat_contact_metrics() %}
    {% do return([
        {
            'id': 'M-04', 'version': 1, 'name': 'Repeat contact within seven days, same issue',
            'formula': 'index contacts with another contact of the customer about the same order (or, where either has no'
                ~ ' order, the same stated group) within 168 h / index contacts',
            'fact': 'contacts', 'kind': 'survival',
            'denominator': 'true', 'numerator': 'repeat_same_issue',
            'event_hours': 'repeat_same_issue_hours', 'followup_hours': 'followup_hours',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'contact, week of the index contact',
            'source': 'forward window of 168 h; unfinished weeks are estimated and never a plain ratio',
        },
        {
            'id': 'M-04any', 'version': 1, 'name': 'Repeat contact within seven days, any reason',
            'formula': 'index contacts with any other contact of the customer within 168 h / index contacts',
            'fact': 'contacts', 'kind': 'survival',
            'denominator': 'true', 'numerator': 'repeat_any',
            'event_hours': 'repeat_any_hours', 'followup_hours': 'followup_hours',
            'window_hours': 168, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'contact, week of the index contact',
            'source': 'forward window of 168 h; unfinished weeks are estimated and never a plain ratio',
        },
        {
            'id': 'M-04r', 'version': 1, 'name': 'Reconnects',
            'formula': 'contacts that only repeat a connection which a system failure cut less than 5 minutes before'
                ~ ' / contacts',
            'fact': 'contacts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'is_reconnect',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'contact, week of the contact',
            'source': 'left out of the repeats and shown here instead',
        },
        {
            'id': 'M-05a', 'version': 1, 'name': 'Contacts per closed episode',
            'formula': 'contacts of the episodes that closed in the week / those episodes; an episode chains contacts about'
                ~ ' one order, else one stated group, with gaps of at most 168 h',
            'fact': 'episodes', 'kind': 'mean',
            'denominator': 'is_closed', 'numerator': 'count_contacts',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'contacts', 'grain': 'episode, week in which it closed',
            'source': 'three calls about one thing are one episode and not two repeats',
        },
        {
            'id': 'M-05b', 'version': 1, 'name': 'Episodes resolved at the first contact',
            'formula': 'closed episodes with one contact / closed episodes',
            'fact': 'episodes', 'kind': 'proportion',
            'denominator': 'is_closed', 'numerator': 'count_contacts = 1',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'episode, week in which it closed',
            'source': 'an episode closes 168 h after its last contact, so a closed week does not change',
        },
        {
            'id': 'M-05c', 'version': 1, 'name': 'Backward repeat share',
            'formula': 'contacts of customers who had another contact within the 168 h before / contacts',
            'fact': 'contacts', 'kind': 'proportion',
            'denominator': 'true', 'numerator': 'has_contact_before_7d',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'down', 'unit': 'share', 'grain': 'contact, week of the contact',
            'source': 'for those used to looking back; the headline M-04 looks forward',
        },
    ]) %}
{% endmacro %}
