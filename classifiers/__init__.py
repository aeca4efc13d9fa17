"""Text to reason codes: why a customer called, with confidence and the words that decided."""

from classifiers.model import Prediction, ReasonCodeClassifier, Span
from classifiers.tags import TAG_SCHEMA
from classifiers.taxonomy import NO_REASON, NOT_A_CONTACT, ReasonCode, Taxonomy, load_taxonomy

__all__ = [
    "NOT_A_CONTACT",
    "NO_REASON",
    "TAG_SCHEMA",
    "Prediction",
    "ReasonCode",
    "ReasonCodeClassifier",
    "Span",
    "Taxonomy",
    "load_taxonomy",
]
