{# Metrics of how cart outreach connects and of the questions that must be routed. #}
{% macro cart_contact_metrics() %}
    {% do return([
        {
            'id': 'M-20k', 'version': 1, 'name': 'Connected rate of cart outreach',
            'formula': 'attempts about a cart that were delivered: a call that was answered, a message that '
                ~ 'arrived / attempts about a cart',
            'fact': 'outreach', 'kind': 'proportion',
            'denominator': 'is_cart_outreach', 'numerator': 'is_delivered',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'attempt, week of the attempt',
            'source': 'by channel: M-20kp, M-20ke, M-20ks, M-20kw; published a day after the week',
        },
        {
            'id': 'M-20kp', 'version': 1, 'name': 'Connected rate of cart calls',
            'formula': 'as M-20k, attempts on the channel phone',
            'fact': 'outreach', 'kind': 'proportion',
            'denominator': 'is_cart_outreach and channel = \'phone\'', 'numerator': 'is_delivered',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'attempt, week of the attempt',
            'source': 'other channels count in M-20k only',
        },
        {
            'id': 'M-20ke', 'version': 1, 'name': 'Connected rate of cart e-mails',
            'formula': 'as M-20k, attempts on the channel email',
            'fact': 'outreach', 'kind': 'proportion',
            'denominator': 'is_cart_outreach and channel = \'email\'', 'numerator': 'is_delivered',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'attempt, week of the attempt',
            'source': 'other channels count in M-20k only',
        },
        {
            'id': 'M-20ks', 'version': 1, 'name': 'Connected rate of cart SMS',
            'formula': 'as M-20k, attempts on the channel sms',
            'fact': 'outreach', 'kind': 'proportion',
            'denominator': 'is_cart_outreach and channel = \'sms\'', 'numerator': 'is_delivered',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'attempt, week of the attempt',
            'source': 'other channels count in M-20k only',
        },
        {
            'id': 'M-20kw', 'version': 1, 'name': 'Connected rate of cart WhatsApp messages',
            'formula': 'as M-20k, attempts on the channel whatsapp',
            'fact': 'outreach', 'kind': 'proportion',
            'denominator': 'is_cart_outreach and channel = \'whatsapp\'', 'numerator': 'is_delivered',
            'window_hours': 24, 'is_published_provisional': false,
            'direction': 'up', 'unit': 'share', 'grain': 'attempt, week of the attempt',
            'source': 'other channels count in M-20k only',
        },
        {
            'id': 'M-24r', 'version': 1, 'name': 'Cart questions that must be routed and were',
            'formula': 'engaged cart calls about a failed payment, fraud, a refund or stock that reached a '
                ~ 'person or a ticket / such calls',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'must_route and is_engaged', 'numerator': 'disposition = \'routed\'',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'which codes must be routed stands in the seed cart_reasons; the target is 100 %',
        },
    ]) %}
{% endmacro %}
