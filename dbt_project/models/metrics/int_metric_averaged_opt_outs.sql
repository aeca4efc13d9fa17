{{ averaged_metrics('opt_outs') }}
