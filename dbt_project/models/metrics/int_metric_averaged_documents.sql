{{ averaged_metrics('documents') }}
