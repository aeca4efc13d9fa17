{{ counted_metrics('exception_actions') }}
