{# Metrics of what shoppers say and ask in cart calls. #}
{% macro cart_question_metrics() %}
    {% do return([
        {
            'id': 'M-24', 'version': 1, 'name': 'Cart calls with a checkout issue',
            'formula': 'engaged cart calls with a stated reason in CHK, PRO, PAY, PRD or DEL.OPTIONS / engaged'
                ~ ' cart calls with a stated reason',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'has_stated_reason', 'numerator': 'is_checkout_issue',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'what shoppers say, as the classifier read it, not corrected for its errors: the random audit draws'
                ~ ' engaged inbound calls, so none of the calls that the agent made about a cart was audited by chance',
        },
        {
            'id': 'M-24a', 'version': 1, 'name': 'Checkout, cost and trust among checkout issues',
            'formula': 'engaged cart calls with a stated reason in CHK / engaged cart calls with a checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': "issue_category = 'CHK'",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'the five categories add up to one',
        },
        {
            'id': 'M-24b', 'version': 1, 'name': 'Prices and codes among checkout issues',
            'formula': 'engaged cart calls with a stated reason in PRO / engaged cart calls with a checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': "issue_category = 'PRO'",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'the five categories add up to one',
        },
        {
            'id': 'M-24c', 'version': 1, 'name': 'Payment among checkout issues',
            'formula': 'engaged cart calls with a stated reason in PAY / engaged cart calls with a checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': "issue_category = 'PAY'",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'the five categories add up to one',
        },
        {
            'id': 'M-24d', 'version': 1, 'name': 'Products among checkout issues',
            'formula': 'engaged cart calls with a stated reason in PRD / engaged cart calls with a checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': "issue_category = 'PRD'",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'the five categories add up to one',
        },
        {
            'id': 'M-24e', 'version': 1, 'name': 'Delivery options among checkout issues',
            'formula': 'engaged cart calls with a stated reason in DEL.OPTIONS / engaged cart calls with a'
                ~ ' checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': "issue_category = 'DEL.OPTIONS'",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'the five categories add up to one',
        },
        {
            'id': 'M-24s', 'version': 1, 'name': 'Solvable share of checkout issues',
            'formula': 'engaged cart calls with a checkout issue that an answer or another way can solve / engaged'
                ~ ' cart calls with a checkout issue',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'is_checkout_issue', 'numerator': 'is_solvable',
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'none', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'which codes count as solvable stands in the seed cart_reasons',
        },
        {
            'id': 'M-24q', 'version': 1, 'name': 'Shopper questions answered or routed',
            'formula': 'engaged cart calls with a question that was answered or routed to people / engaged cart'
                ~ ' calls with a question',
            'fact': 'cart_calls', 'kind': 'proportion',
            'denominator': 'question_family is not null', 'numerator': "disposition in ('answered', 'routed')",
            'window_hours': 0, 'is_published_provisional': true,
            'direction': 'up', 'unit': 'share', 'grain': 'cart call, week of the call',
            'source': 'question families by code stand in the seed cart_reasons',
        },
    ]) %}
{% endmacro %}
