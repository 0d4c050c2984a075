"""Trading: orders, books, matching, settlement, quotes, block trades, margin, market data.

``desk.py`` is the way in: everything that enters, changes or ends an order goes through it, so that
holds, executions and market data always move together.
"""
