class TrackingTaken(Exception):
    """The courier has a parcel with this number already; nothing was written."""

    def __init__(self, tracking: str):
        super().__init__(f"a parcel has the number {tracking} already")
        self.tracking = tracking
