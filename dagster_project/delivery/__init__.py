"""What leaves the build: the published file, restatements and reports."""
