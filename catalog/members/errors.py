class InvitationEnded(Exception):
    """It was accepted, withdrawn, or its time is over."""


class LastManager(Exception):
    """A cooperative that has members keeps one who may invite others."""
