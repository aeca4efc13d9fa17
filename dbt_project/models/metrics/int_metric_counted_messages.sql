{{ counted_metrics('messages') }}
