{{ counted_metrics('documents') }}
