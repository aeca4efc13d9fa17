"""The error of an export that was set up rightly and failed nevertheless."""


class DeliveryError(Exception):
    """Something was not delivered: the message is one line that says what and what to do.

    What was delivered before it stays delivered; the same command again continues.
    """
