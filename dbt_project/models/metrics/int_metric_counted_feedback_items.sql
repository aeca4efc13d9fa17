{{ counted_metrics('feedback_items') }}
