{{ duration_metrics('conduct') }}
