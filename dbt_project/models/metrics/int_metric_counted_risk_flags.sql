{{ counted_metrics('risk_flags') }}
