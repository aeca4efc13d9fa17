{{ averaged_metrics('calls') }}
