{{ counted_metrics('conduct') }}
