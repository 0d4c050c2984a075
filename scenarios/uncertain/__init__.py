"""Scenarios of the uncertain section."""
