class NotWithBuyer(ValueError):
    """More units of a line are said to come back than the buyer has."""

    def __init__(self, line, units: int, left: int):
        super().__init__(f"{units} of {left} units of line {line.pk} cannot come back")
        self.line, self.units, self.left = line, units, left
