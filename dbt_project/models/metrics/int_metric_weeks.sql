{{ metric_week_maturity() }}
