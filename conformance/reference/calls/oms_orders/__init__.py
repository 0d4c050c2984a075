"""OMS orders section: entering, changing, cancelling and reading orders and quotes."""
