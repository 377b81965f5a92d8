"""A table of products, prices and stock: looked at first, then applied once, all of it or nothing."""
