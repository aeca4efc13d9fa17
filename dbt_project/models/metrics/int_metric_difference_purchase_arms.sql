{{ difference_metrics('purchase_arms') }}
