{{ launch_medians() }}
