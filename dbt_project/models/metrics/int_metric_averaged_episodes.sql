{{ averaged_metrics('episodes') }}
