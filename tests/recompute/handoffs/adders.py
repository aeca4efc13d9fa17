"""Every adder of the hand-off and policy metrics."""

from .outcomes import add_conduct, add_outcomes
from .papers import add_documents, add_handoffs, add_risk_flags
from .steps import add_actions, add_promises, add_questions_and_alerts

ADDERS = (
    add_conduct,
    add_outcomes,
    add_promises,
    add_actions,
    add_questions_and_alerts,
    add_handoffs,
    add_documents,
    add_risk_flags,
)
