{{ counted_metrics('due_promises') }}
