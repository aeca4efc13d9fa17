{{ averaged_metrics('incidents') }}
