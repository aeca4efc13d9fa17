"""The review loop outside the warehouse: a sheet for people, decisions back as landing rows, labels to train on."""
