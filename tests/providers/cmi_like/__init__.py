"""CMI's page and its call to the shop's server."""
