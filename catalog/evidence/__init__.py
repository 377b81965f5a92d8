"""Documents that say a cooperative may sell what it sells: sent by its people, checked by staff, good for a time."""
