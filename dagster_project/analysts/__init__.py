"""What analysts use beside SQL itself: the prompt, the data dictionary, example queries."""
