{{ deflection_metrics() }}
