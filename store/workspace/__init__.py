"""Where the people of a cooperative run its shop: pages for a telephone, each of them for members alone."""
