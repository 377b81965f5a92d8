class ForeignProduct(Exception):
    """A document of one cooperative cannot be about a product of another."""
