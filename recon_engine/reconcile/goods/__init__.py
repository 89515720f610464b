"""Goods: parcels and their bills, orders and their shipments, returns and their refunds."""
