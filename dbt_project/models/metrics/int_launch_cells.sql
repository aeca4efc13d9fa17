{{ launch_cells() }}
