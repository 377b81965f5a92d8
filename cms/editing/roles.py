"""The groups of people who write and review; what they may do is set once, by migration, and then kept in the admin."""

EDITORS = "Editors"
CHIEF_EDITORS = "Chief editors"
MODERATORS_OF_PRODUCTS = "Moderators of products"
