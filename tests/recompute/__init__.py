"""An independent recomputation of the headline figures, written from the contract pages alone."""
