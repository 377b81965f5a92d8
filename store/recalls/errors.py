class RecallClosed(Exception):
    """Somebody closed it: telephones are hidden again, and no contact is written any more."""


class LotOnSale(Exception):
    """Only a lot that is blocked is recalled."""
